// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc.balance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinew.endpoint.Endpoint;
import dev.sinew.grpc.TestMethods;
import dev.sinew.grpc.call.TriedReplicas;
import dev.sinew.grpc.orca.OrcaReports;
import dev.sinew.grpc.resolve.EndpointAddresses;
import dev.sinew.grpc.state.ChannelState;
import dev.sinew.load.LoadReport;
import io.grpc.Attributes;
import io.grpc.CallOptions;
import io.grpc.ClientStreamTracer;
import io.grpc.ConnectivityState;
import io.grpc.ConnectivityStateInfo;
import io.grpc.EquivalentAddressGroup;
import io.grpc.LoadBalancer.PickResult;
import io.grpc.LoadBalancer.ResolvedAddresses;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Over a channel that is only acted, without sockets. */
class SinewLoadBalancerTest {
  private static final Endpoint A = Endpoint.of("127.0.0.1", 1001).withId("a");
  private static final Endpoint B = Endpoint.of("127.0.0.1", 1002).withId("b");

  private static final Endpoint C = Endpoint.of("127.0.0.1", 1003).withId("c");
  private static final Endpoint D = Endpoint.of("127.0.0.1", 1004).withId("d");

  private final ActedChannel channel = new ActedChannel();
  private final ChannelState state = new ChannelState(null);
  private final SinewLoadBalancer balancer = new SinewLoadBalancer(channel, state);

  @Test
  void calls_wait_until_the_first_replica_is_ready() {
    resolve(A, B);
    assertThat(channel.state()).isEqualTo(ConnectivityState.CONNECTING);
    assertThat(channel.pick(TestMethods.GET).hasResult()).isFalse();
    ready("b");
    assertThat(channel.state()).isEqualTo(ConnectivityState.READY);
    assertThat(pickedIds(20)).containsOnly("b");
  }

  @Test
  void calls_fail_with_the_last_status_when_every_replica_fails() {
    resolve(A, B);
    fail("a", Status.UNAVAILABLE.withDescription("first"));
    assertThat(channel.state()).isEqualTo(ConnectivityState.CONNECTING);
    fail("b", Status.UNAVAILABLE.withDescription("second"));
    assertThat(channel.state()).isEqualTo(ConnectivityState.TRANSIENT_FAILURE);
    assertThat(channel.pick(TestMethods.GET).getStatus().getDescription()).isEqualTo("second");
  }

  @Test
  void a_replica_that_fails_and_connects_again_lets_no_call_wait() {
    resolve(A);
    fail("a", Status.UNAVAILABLE);
    channel.named("a").become(ConnectivityState.CONNECTING);
    assertThat(channel.state()).isEqualTo(ConnectivityState.TRANSIENT_FAILURE);
    ready("a");
    assertThat(channel.state()).isEqualTo(ConnectivityState.READY);
  }

  @Test
  void an_idle_replica_is_connected_again() {
    resolve(A);
    ready("a");
    int before = channel.named("a").connects;
    channel.named("a").become(ConnectivityState.IDLE);
    assertThat(channel.named("a").connects).isEqualTo(before + 1);
    assertThat(channel.refreshes).isEqualTo(1);
  }

  @Test
  void a_new_list_keeps_the_replicas_that_stay_and_shuts_down_those_that_go() {
    resolve(A, B);
    ready("a");
    ready("b");
    ActedChannel.ActedSubchannel kept = channel.named("a");
    ActedChannel.ActedSubchannel gone = channel.named("b");
    Endpoint lighter = new Endpoint("a", A.host(), A.port(), "", 50, 0, null, Map.of());
    resolve(lighter, Endpoint.of("127.0.0.1", 1003).withId("c"));
    assertThat(channel.named("a")).isSameAs(kept);
    assertThat(kept.shutdown).isFalse();
    assertThat(gone.shutdown).isTrue();
    assertThat(pickedIds(20)).containsOnly("a");
  }

  @Test
  void the_same_address_under_another_id_or_start_is_another_replica() {
    resolve(A);
    ActedChannel.ActedSubchannel first = channel.named("a");
    resolve(A.withStartedAt(Instant.EPOCH));
    ActedChannel.ActedSubchannel restarted = channel.named("a");
    assertThat(restarted).isNotSameAs(first);
    assertThat(first.shutdown).isTrue();
    resolve(A.withId("a2"));
    assertThat(restarted.shutdown).isTrue();
  }

  @Test
  void an_empty_list_and_an_error_are_ignored_after_a_good_list() {
    resolve(A);
    ready("a");
    assertThat(resolve().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    balancer.handleNameResolutionError(Status.UNAVAILABLE);
    assertThat(channel.state()).isEqualTo(ConnectivityState.READY);
    assertThat(pickedIds(5)).containsOnly("a");
  }

  @Test
  void half_that_vanish_stay_until_their_connections_fail_or_they_drain() {
    resolve(A, B, C, D);
    List.of("a", "b", "c", "d").forEach(this::ready);
    resolve(A, B);
    assertThat(state.stats(0).retained()).isEqualTo(2);
    assertThat(state.stats(0).suspiciousLists()).isEqualTo(1);
    assertThat(pickedIds(100)).contains("a", "b", "c", "d");
    ActedChannel.ActedSubchannel failed = channel.named("c");
    ActedChannel.ActedSubchannel last = channel.named("d");
    failed.become(ConnectivityState.IDLE);
    assertThat(failed.shutdown).isTrue();
    assertThat(last.shutdown).isFalse();
    assertThat(pickedIds(100)).contains("a", "b", "d").doesNotContain("c");
    last.become(ConnectivityState.IDLE);
    assertThat(last.shutdown).isTrue();
    assertThat(pickedIds(100)).containsOnly("a", "b");
  }

  @Test
  void a_vanished_one_that_reports_that_it_drains_leaves() {
    resolve(A, B, C, D);
    List.of("a", "b", "c", "d").forEach(this::ready);
    resolve(A);
    ActedChannel.ActedSubchannel leaving = channel.named("c");
    answer("c", draining(true));
    assertThat(leaving.shutdown).isTrue();
    assertThat(pickedIds(100)).contains("a", "b", "d").doesNotContain("c");
    assertThat(state.stats(0).retained()).isEqualTo(2);
  }

  @Test
  void a_replacement_is_used_when_it_is_ready() {
    resolve(A);
    ready("a");
    resolve(B);
    assertThat(pickedIds(20)).containsOnly("a");
    ActedChannel.ActedSubchannel old = channel.named("a");
    fail("b", Status.UNAVAILABLE);
    assertThat(old.shutdown).isFalse();
    ready("b");
    assertThat(old.shutdown).isTrue();
    assertThat(pickedIds(20)).containsOnly("b");
  }

  @Test
  void backups_are_connected_and_used_only_without_primaries() {
    resolve(in(1, A), B);
    assertThat(channel.named("a").connects).isEqualTo(1);
    ready("a");
    assertThat(channel.state()).isEqualTo(ConnectivityState.CONNECTING);
    ready("b");
    assertThat(pickedIds(50)).containsOnly("b");
    assertThat(state.stats(0).shares()).isEqualTo(Map.of(0, 1.0, 1, 0.0));
    channel.named("b").become(ConnectivityState.IDLE);
    assertThat(pickedIds(50)).containsOnly("a");
    assertThat(state.stats(0).tier()).isEqualTo(1);
    assertThat(state.stats(0).spillOver()).isEqualTo(1);
  }

  @Test
  void backups_do_not_wait_for_primaries_that_failed() {
    resolve(in(1, A), B);
    ready("a");
    fail("b", Status.UNAVAILABLE);
    assertThat(pickedIds(20)).containsOnly("a");
  }

  @Test
  void a_retry_that_tried_the_only_primary_goes_to_a_backup() {
    resolve(in(1, A), B);
    ready("a");
    ready("b");
    TriedReplicas tried = new TriedReplicas();
    tried.sentTo("b");
    tried.nextAttempt();
    CallOptions options = CallOptions.DEFAULT.withOption(TriedReplicas.KEY, tried);
    assertThat(channel.pickedId(TestMethods.GET, options)).isEqualTo("a");
  }

  @Test
  void when_nobody_stays_those_that_drain_are_used_whatever_their_tier() {
    resolve(in(1, A), B);
    ready("a");
    ready("b");
    answer("b", draining(true));
    answer("a", draining(true));
    assertThat(pickedIds(50)).containsOnly("a", "b");
  }

  @Test
  void several_tiers_are_looked_at_again_and_again_and_one_is_not() {
    resolve(A);
    ready("a");
    assertThat(channel.timersSet()).isZero();
    resolve(A, in(1, B));
    assertThat(channel.timersSet()).isEqualTo(1);
    channel.runTimers();
    assertThat(channel.timersSet()).isEqualTo(1);
  }

  @Test
  void an_empty_first_list_fails_calls_and_names_the_target() {
    Status unused = resolve();
    PickResult result = channel.pick(TestMethods.GET);
    assertThat(result.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(result.getStatus().getDescription())
        .isEqualTo("acted:///orders: no endpoint is known");
  }

  @Test
  void a_draining_replica_gets_no_call_while_another_one_is_ready() {
    resolve(A, B);
    ready("a");
    ready("b");
    answer("a", draining(true));
    assertThat(pickedIds(50)).containsOnly("b");
    channel.named("b").become(ConnectivityState.IDLE);
    assertThat(pickedIds(5)).containsOnly("a");
  }

  @Test
  void a_draining_replica_takes_a_retry_that_has_no_other_place() {
    resolve(A, B);
    ready("a");
    ready("b");
    answer("a", draining(true));
    TriedReplicas tried = new TriedReplicas();
    tried.sentTo("b");
    tried.nextAttempt();
    CallOptions options = CallOptions.DEFAULT.withOption(TriedReplicas.KEY, tried);
    assertThat(channel.pickedId(TestMethods.GET, options)).isEqualTo("a");
    assertThat(tried.exhausted()).isFalse();
  }

  @Test
  void a_replica_that_drained_is_used_again_after_a_new_connection() {
    resolve(A, B);
    ready("a");
    ready("b");
    answer("a", draining(true));
    channel.named("a").become(ConnectivityState.IDLE);
    ready("a");
    assertThat(pickedIds(100)).contains("a");
  }

  @Test
  void a_second_chance_of_an_earlier_drain_does_not_end_a_later_one() {
    resolve(A, B);
    ready("a");
    ready("b");
    answer("a", draining(true));
    channel.named("a").become(ConnectivityState.IDLE);
    ready("a");
    assertThat(channel.timersSet()).isZero();
  }

  @Test
  void a_draining_replica_may_say_after_a_while_that_it_stays() {
    resolve(A, B);
    ready("a");
    ready("b");
    answer("a", draining(true));
    channel.runTimers();
    assertThat(pickedIds(100)).contains("a");
  }

  @Test
  void a_call_that_tried_every_replica_is_dropped() {
    resolve(A);
    ready("a");
    TriedReplicas tried = new TriedReplicas();
    tried.sentTo("a");
    tried.nextAttempt();
    PickResult result =
        channel.pick(TestMethods.GET, CallOptions.DEFAULT.withOption(TriedReplicas.KEY, tried));
    assertThat(result.isDrop()).isTrue();
    assertThat(tried.exhausted()).isTrue();
  }

  @Test
  void a_pick_reuses_its_result_by_the_kind_of_call() {
    resolve(A);
    ready("a");
    PickResult unary = channel.pick(TestMethods.GET);
    assertThat(channel.pick(TestMethods.PUT)).isSameAs(unary);
    assertThat(channel.pick(TestMethods.WATCH)).isNotSameAs(unary);
  }

  @Test
  void a_policy_that_refreshes_is_shown_again_each_period() {
    resolve("weighted_round_robin", A);
    ready("a");
    int before = channel.shown;
    channel.runTimers();
    assertThat(channel.shown).isEqualTo(before + 1);
    balancer.shutdown();
    channel.runTimers();
    assertThat(channel.shown).isEqualTo(before + 1);
  }

  @Test
  void addresses_of_any_resolver_get_an_endpoint_of_their_own() {
    Status unused = balancer.acceptResolvedAddresses(ResolvedAddresses.newBuilder()
        .setAddresses(List.of(
            new EquivalentAddressGroup(new InetSocketAddress(InetAddress.getLoopbackAddress(), 7)),
            new EquivalentAddressGroup(new ActedChannel.NoAddress("/run/ a.sock"))))
        .build());
    assertThat(channel.subchannels).hasSize(2);
    channel.subchannels.forEach(each -> each.become(ConnectivityState.READY));
    assertThat(pickedIds(100)).containsOnly("127.0.0.1:7", "/run/_a.sock:1");
  }

  private static Endpoint in(int priority, Endpoint at) {
    return new Endpoint(at.id(), at.host(), at.port(), "", 100, priority, null, Map.of());
  }

  private Status resolve(Endpoint... endpoints) {
    return resolve("round_robin", endpoints);
  }

  private Status resolve(String policy, Endpoint... endpoints) {
    List<EquivalentAddressGroup> groups = new ArrayList<>();
    for (Endpoint endpoint : endpoints) {
      groups.add(EndpointAddresses.group(endpoint, InetAddress.getLoopbackAddress()));
    }
    Status[] status = new Status[1];
    channel
        .getSynchronizationContext()
        .execute(() -> status[0] = balancer.acceptResolvedAddresses(ResolvedAddresses.newBuilder()
            .setAddresses(groups)
            .setAttributes(Attributes.EMPTY)
            .setLoadBalancingPolicyConfig(new SinewLoadBalancer.Config(policy))
            .build()));
    return Objects.requireNonNull(status[0]);
  }

  private void ready(String id) {
    channel.named(id).become(ConnectivityState.READY);
  }

  private void fail(String id, Status status) {
    channel.named(id).become(ConnectivityStateInfo.forTransientFailure(status));
  }

  /** Makes calls until one went to a replica, which answers it with a report. */
  private void answer(String id, LoadReport report) {
    MethodDescriptor<?, ?> method = TestMethods.GET;
    PickResult result = channel.pick(method);
    while (!id.equals(ActedChannel.id(result))) {
      result = channel.pick(method);
    }
    ClientStreamTracer tracer = result
        .getStreamTracerFactory()
        .newClientStreamTracer(ActedChannel.info(CallOptions.DEFAULT), new Metadata());
    Metadata trailers = new Metadata();
    OrcaReports.attach(report, trailers);
    tracer.outboundHeaders();
    tracer.inboundTrailers(trailers);
    tracer.streamClosed(Status.OK);
  }

  private List<String> pickedIds(int picks) {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < picks; i++) {
      ids.add(channel.pickedId(TestMethods.GET, CallOptions.DEFAULT));
    }
    return ids;
  }

  private static LoadReport draining(boolean draining) {
    return new LoadReport(
        Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN, -1, -1, -1, -1, draining);
  }
}
