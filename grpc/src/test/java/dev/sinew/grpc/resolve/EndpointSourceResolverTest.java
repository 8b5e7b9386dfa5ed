// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc.resolve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sinew.endpoint.Endpoint;
import dev.sinew.grpc.EndpointSourceResolverProvider;
import dev.sinew.grpc.HandTimer;
import dev.sinew.grpc.SteeredSourceProvider;
import dev.sinew.grpc.state.ChannelState;
import io.grpc.EquivalentAddressGroup;
import io.grpc.NameResolver;
import io.grpc.NameResolverRegistry;
import io.grpc.Status;
import io.grpc.SynchronizationContext;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Over a source that a test steers; nothing is connected to. */
class EndpointSourceResolverTest {
  private static final Endpoint A = Endpoint.of("127.0.0.1", 1).withId("a");
  private static final Endpoint NAMED = Endpoint.of("orders.test", 3);
  private static final Endpoint B = Endpoint.of("::1", 2).withId("b");

  private final HandTimer timer = new HandTimer();
  private final SynchronizationContext context = new SynchronizationContext((thread, e) -> {
    throw new AssertionError(e);
  });
  private final Heard heard = new Heard();
  private final Map<String, InetAddress> names = new HashMap<>();
  private final List<String> lookedUp = new ArrayList<>();
  private final List<Runnable> stuck = new ArrayList<>();
  private final ChannelState state = new ChannelState(null);
  private int sticking;

  @Test
  void each_endpoint_becomes_one_address_group_that_carries_it() {
    SteeredSourceProvider.source("each").list(List.of(A, B));
    start("steered:///each");
    assertThat(heard.lists).containsExactly(List.of(A, B));
  }

  @Test
  void an_empty_list_is_ignored_after_a_good_one() {
    SteeredSourceProvider.Steered source = SteeredSourceProvider.source("empty");
    start("steered:///empty");
    source.list(List.of(A));
    source.list(List.of());
    source.list(List.of(A));
    source.list(List.of(A, B));
    assertThat(heard.lists).containsExactly(List.of(A), List.of(A, B));
    assertThat(heard.errors).isEmpty();
  }

  @Test
  void an_empty_first_list_lets_calls_wait_for_a_while_and_then_is_an_error_with_the_target() {
    SteeredSourceProvider.Steered source = SteeredSourceProvider.source("first");
    start("steered:///first");
    source.list(List.of());
    assertThat(heard.errors).isEmpty();
    timer.runAll();
    assertThat(heard.errors).hasSize(1);
    assertThat(heard.errors.get(0).getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(heard.errors.get(0).getDescription())
        .isEqualTo("steered:///first: no endpoint is known");
    source.list(List.of(A));
    assertThat(heard.lists).containsExactly(List.of(A));
  }

  @Test
  void a_source_that_stays_silent_lets_calls_wait_only_for_a_while() {
    SteeredSourceProvider.Steered source = SteeredSourceProvider.source("silent");
    start("steered:///silent");
    assertThat(heard.errors).isEmpty();
    timer.runAll();
    assertThat(heard.errors).hasSize(1);
    source.list(List.of(A));
    assertThat(heard.lists).hasSize(1);
  }

  @Test
  void a_source_that_cannot_start_fails_calls_and_not_the_channel() {
    SteeredSourceProvider.source("broken").close();
    start("steered:///broken");
    assertThat(heard.errors).hasSize(1);
  }

  @Test
  void a_good_list_ends_the_wait() {
    SteeredSourceProvider.source("good").list(List.of(A));
    start("steered:///good");
    timer.runAll();
    assertThat(heard.errors).isEmpty();
  }

  @Test
  void a_silent_source_is_replaced_by_what_the_channel_remembers_until_it_speaks() {
    SteeredSourceProvider.Steered source = SteeredSourceProvider.source("remembered");
    state.good(List.of(A, B));
    start("steered:///remembered");
    source.list(List.of());
    assertThat(heard.lists).isEmpty();
    assertThat(heard.errors).isEmpty();
    timer.runAll();
    assertThat(heard.lists).containsExactly(List.of(A, B));
    assertThat(state.stats(0).fromSnapshot()).isTrue();
    source.list(List.of());
    assertThat(state.stats(0).fromSnapshot()).isTrue();
    source.list(List.of(A, B));
    assertThat(heard.lists).hasSize(1);
    assertThat(state.stats(0).fromSnapshot()).isFalse();
  }

  @Test
  void what_the_channel_remembers_is_not_used_if_the_source_speaks() {
    SteeredSourceProvider.Steered source = SteeredSourceProvider.source("speaks");
    state.good(List.of(A));
    start("steered:///speaks");
    source.list(List.of(B));
    timer.runAll();
    assertThat(heard.lists).containsExactly(List.of(B));
    assertThat(state.stats(System.nanoTime()).sourceAge()).isNotNull();
  }

  @Test
  void a_source_that_cannot_start_leaves_what_the_channel_remembers() {
    SteeredSourceProvider.source("unstartable").close();
    state.good(List.of(A));
    start("steered:///unstartable");
    assertThat(heard.errors).isEmpty();
    timer.runAll();
    assertThat(heard.lists).containsExactly(List.of(A));
  }

  @Test
  void an_empty_list_counts_as_suspicious_once_until_a_good_one_comes() {
    SteeredSourceProvider.Steered source = SteeredSourceProvider.source("counted");
    start("steered:///counted");
    source.list(List.of(A));
    source.list(List.of());
    source.list(List.of());
    source.list(List.of(A));
    source.list(List.of());
    assertThat(state.stats(0).suspiciousLists()).isEqualTo(2);
  }

  @Test
  void shutdown_closes_the_source_and_nothing_is_said_after_it() {
    SteeredSourceProvider.Steered source = SteeredSourceProvider.source("shutdown");
    NameResolver resolver = start("steered:///shutdown");
    resolver.shutdown();
    assertThat(source.closed()).isTrue();
    timer.runAll();
    assertThat(heard.errors).isEmpty();
  }

  @Test
  void a_name_unknown_at_the_start_is_looked_up_until_it_is_known() {
    SteeredSourceProvider.source("late").list(List.of(NAMED));
    startWithNames("late");
    assertThat(heard.errors).hasSize(1);
    timer.runAll();
    assertThat(heard.lists).isEmpty();
    names.put("orders.test", InetAddress.getLoopbackAddress());
    timer.runAll();
    assertThat(heard.lists).containsExactly(List.of(NAMED));
    int lookups = lookedUp.size();
    timer.runAll();
    assertThat(lookedUp).hasSize(lookups);
  }

  @Test
  void a_refresh_looks_names_up_again_at_most_once_a_second() throws Exception {
    names.put("orders.test", InetAddress.getLoopbackAddress());
    SteeredSourceProvider.source("refresh").list(List.of(NAMED, A));
    NameResolver resolver = startWithNames("refresh");
    assertThat(lookedUp).containsExactlyInAnyOrder("orders.test", "127.0.0.1");
    names.put("orders.test", InetAddress.getByName("127.0.0.9"));
    context.execute(resolver::refresh);
    assertThat(heard.addresses).contains("127.0.0.9");
    lookedUp.clear();
    context.execute(resolver::refresh);
    assertThat(lookedUp).isEmpty();
    timer.runAll();
    context.execute(resolver::refresh);
    assertThat(lookedUp).isNotEmpty();
  }

  @Test
  void a_name_that_cannot_be_looked_up_at_the_moment_keeps_its_address() {
    names.put("orders.test", InetAddress.getLoopbackAddress());
    SteeredSourceProvider.Steered source = SteeredSourceProvider.source("keep");
    source.list(List.of(NAMED));
    startWithNames("keep");
    names.clear();
    source.list(List.of(NAMED, A));
    assertThat(heard.lists).containsExactly(List.of(NAMED), List.of(NAMED, A));
  }

  @Test
  void a_slow_name_delays_neither_the_others_nor_later_lists() {
    names.put("orders.test", InetAddress.getLoopbackAddress());
    SteeredSourceProvider.Steered source = SteeredSourceProvider.source("slow");
    source.list(List.of(NAMED));
    startWithNames("slow");
    sticking = 1;
    Endpoint slow = Endpoint.of("slow.test", 4);
    source.list(List.of(slow, A));
    assertThat(heard.lists).hasSize(1);
    timer.runAll();
    assertThat(heard.lists).containsExactly(List.of(NAMED), List.of(A));
    source.list(List.of(B));
    assertThat(heard.lists).endsWith(List.of(B));
    stuck.forEach(Runnable::run);
    assertThat(heard.lists).hasSize(3);
  }

  @Test
  void the_last_part_of_the_path_is_the_authority() {
    SteeredSourceProvider.Steered unused = SteeredSourceProvider.source("orders");
    assertThat(resolver("steered:///orders").getServiceAuthority()).isEqualTo("orders");
  }

  @Test
  void the_authority_of_a_static_target_is_its_only_host() {
    assertThat(resolver("static:///orders.test:1,orders.test:2").getServiceAuthority())
        .isEqualTo("orders.test");
    assertThat(resolver("static:///%5B::1%5D:1").getServiceAuthority()).isEqualTo("[::1]");
    assertThat(resolver("static:///a.test:1,b.test:1").getServiceAuthority()).isEqualTo("static");
  }

  @Test
  void a_scheme_without_a_source_is_an_error() {
    EndpointSourceResolverProvider provider = new EndpointSourceResolverProvider("nowhere") {};
    assertThatIllegalArgumentException()
        .isThrownBy(() -> provider.newNameResolver(URI.create("nowhere:///x"), args()))
        .withMessage("target.scheme: nowhere"
            + " (expected: a scheme with an EndpointSourceProvider on the class path)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new EndpointSourceResolverProvider("No") {})
        .withMessage("scheme: No (expected: a URI scheme in lower case)");
  }

  private NameResolver start(String target) {
    NameResolver resolver = resolver(target);
    context.execute(() -> resolver.start(heard));
    return resolver;
  }

  /** A resolver whose names are those that the test knows. */
  private NameResolver startWithNames(String source) {
    NameResolver resolver = new EndpointSourceResolver(
        "steered:///" + source, source, SteeredSourceProvider.source(source), args(), this::lookUp);
    context.execute(() -> resolver.start(heard));
    return resolver;
  }

  private InetAddress lookUp(String host) throws UnknownHostException {
    lookedUp.add(host);
    InetAddress literal = host.endsWith(".test") ? null : InetAddress.getByName(host);
    InetAddress found = literal != null ? literal : names.get(host);
    if (found == null) {
      throw new UnknownHostException(host);
    }
    return found;
  }

  private NameResolver resolver(String target) {
    URI uri = URI.create(target);
    return NameResolverRegistry.getDefaultRegistry()
        .getProviderForScheme(uri.getScheme())
        .newNameResolver(uri, args());
  }

  private NameResolver.Args args() {
    return NameResolver.Args.newBuilder()
        .setDefaultPort(80)
        .setProxyDetector(address -> null)
        .setSynchronizationContext(context)
        .setScheduledExecutorService(timer)
        .setServiceConfigParser(new NameResolver.ServiceConfigParser() {
          @Override
          public NameResolver.ConfigOrError parseServiceConfig(Map<String, ?> raw) {
            return NameResolver.ConfigOrError.fromConfig(raw);
          }
        })
        .setOffloadExecutor(this::offload)
        .setArg(ChannelState.key(), state)
        .build();
  }

  /** Runs each look-up at once, or never while the test says so. */
  private void offload(Runnable lookup) {
    if (sticking > 0) {
      sticking--;
      stuck.add(lookup);
    } else {
      lookup.run();
    }
  }

  private static final class Heard extends NameResolver.Listener2 {
    final List<List<Endpoint>> lists = new ArrayList<>();
    final List<Status> errors = new ArrayList<>();
    final List<String> addresses = new ArrayList<>();

    @Override
    public Status onResult2(NameResolver.ResolutionResult result) {
      if (result.getAddressesOrError().hasValue()) {
        List<EquivalentAddressGroup> groups = result.getAddressesOrError().getValue();
        groups.forEach(group -> addresses.add(
            ((InetSocketAddress) group.getAddresses().get(0)).getAddress().getHostAddress()));
        lists.add(groups.stream().map(EndpointAddresses::endpoint).toList());
        return Status.OK;
      }
      errors.add(result.getAddressesOrError().getStatus());
      return result.getAddressesOrError().getStatus();
    }

    @Override
    public void onResult(NameResolver.ResolutionResult result) {
      throw new AssertionError("not in the synchronization context");
    }

    @Override
    public void onError(Status error) {
      errors.add(error);
    }
  }
}
