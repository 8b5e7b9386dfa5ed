// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc;

import dev.sinew.Expect;
import dev.sinew.balance.Balancer;
import dev.sinew.endpoint.EndpointSourceProvider;
import dev.sinew.grpc.balance.SinewLoadBalancer;
import dev.sinew.grpc.call.RetryInterceptor;
import dev.sinew.grpc.call.StreamsOfCall;
import dev.sinew.grpc.observe.ChannelFigures;
import dev.sinew.grpc.observe.ChannelObserver;
import dev.sinew.grpc.observe.Observer;
import dev.sinew.grpc.resolve.Targets;
import dev.sinew.grpc.state.ChannelState;
import dev.sinew.grpc.state.Snapshot;
import dev.sinew.retry.RetryBudget;
import dev.sinew.retry.RetryPolicy;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingChannelBuilder2;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Builds one channel with Sinew's load balancer, health checking and retries.
 *
 * <p>Interceptors of the application run once per call, outside of the retries. A {@code timeout} in a
 * service config's {@code methodConfig} bounds each attempt; a deadline on the call bounds them all.
 */
public final class SinewChannelBuilder extends ForwardingChannelBuilder2<SinewChannelBuilder> {
  private static final Pattern FULL_METHOD_NAME = Pattern.compile("[^/\\s]+/[^/\\s]+");

  private static final Pattern PORT = Pattern.compile(":[0-9]{1,5}$");

  private final String target;
  private final ManagedChannelBuilder<?> delegate;
  private final Map<String, Object> serviceConfig = new HashMap<>();
  private final List<ClientInterceptor> interceptors = new ArrayList<>();
  private final Set<String> idempotent = new HashSet<>();
  private RetryPolicy retryPolicy = RetryPolicy.defaults();
  private RetryBudget retryBudget = RetryBudget.defaults();
  private @Nullable Path snapshots;
  private @Nullable Observer observer;
  private @Nullable String service;
  private boolean built;

  SinewChannelBuilder(String target, ManagedChannelBuilder<?> delegate) {
    this.target = target;
    this.delegate = delegate;
    serviceConfig.put("healthCheckConfig", Map.of("serviceName", ""));
    policy(SinewLoadBalancer.Config.DEFAULT_POLICY);
  }

  /**
   * The balancing policy; {@code least_response_time} unless set.
   *
   * @throws IllegalArgumentException if it is none of {@link Balancer#names()}
   */
  public SinewChannelBuilder policy(String name) {
    Expect.that(Balancer.names().contains(name), "policy", name, "one of " + Balancer.names());
    return loadBalancing(SinewLoadBalancerProvider.NAME, Map.of("policy", name));
  }

  /** How often and when an idempotent unary call is tried again. */
  public SinewChannelBuilder retryPolicy(RetryPolicy policy) {
    retryPolicy = policy;
    return this;
  }

  /** The bound on the channel's retries; a budget given to several channels bounds them together. */
  public SinewChannelBuilder retryBudget(RetryBudget budget) {
    retryBudget = budget;
    return this;
  }

  /**
   * Names methods that may safely run more than once, as {@code shop.Orders/Get}.
   *
   * @throws IllegalArgumentException if a name is not of that form
   */
  public SinewChannelBuilder idempotent(String... fullMethodNames) {
    for (String name : fullMethodNames) {
      boolean full = FULL_METHOD_NAME.matcher(name).matches();
      Expect.that(full, "idempotent", name, "package.Service/Method");
      idempotent.add(name);
    }
    return this;
  }

  /**
   * Keeps the last good list of endpoints in a folder, so that a client that starts while its registry is
   * dead or silent uses it after a second; {@link SinewChannels#stats} shows that. A list older than 24
   * hours is not used. None is kept unless this is set.
   *
   * @param directory is made if it is not there; the files in it may be read and written by their owner
   *     only, and hold no user, password or token of the target
   * @throws IllegalArgumentException if the target's scheme has no endpoint source of Sinew, as {@code
   *     dns} has none
   */
  public SinewChannelBuilder snapshot(Path directory) {
    String scheme = target.substring(0, Math.max(0, target.indexOf(':'))).toLowerCase(Locale.ROOT);
    boolean ours = ServiceLoader.load(EndpointSourceProvider.class).stream()
        .anyMatch(provider -> provider.get().scheme().equals(scheme));
    Expect.that(
        ours, "snapshot", Targets.printable(target), "a target with an endpoint source of Sinew");
    snapshots = directory;
    return this;
  }

  /**
   * Lets somebody hear of the channel's calls, as metrics do. The service is named after the target: what
   * follows the last slash, without a port.
   */
  public SinewChannelBuilder observe(Observer told) {
    observer = told;
    return this;
  }

  /**
   * Lets somebody hear of the channel's calls, as metrics do.
   *
   * @param name of the service, as the observer shows it; 1 to 100 printable ASCII characters
   */
  public SinewChannelBuilder observe(Observer told, String name) {
    Expect.that(name.matches("[\\x21-\\x7e]{1,100}"), "name", name, "1 to 100 of printable ASCII");
    service = name;
    return observe(told);
  }

  /** Adds to the default service config; an entry replaces Sinew's own of the same key. */
  @Override
  public SinewChannelBuilder defaultServiceConfig(Map<String, ?> config) {
    serviceConfig.putAll(config);
    return this;
  }

  /**
   * Another load balancer of gRPC in place of Sinew's; retries then do not choose their replica, lists
   * are believed except for empty ones, priorities mean nothing, and no snapshot is written.
   */
  @Override
  public SinewChannelBuilder defaultLoadBalancingPolicy(String name) {
    return loadBalancing(name, Map.of());
  }

  @Override
  public SinewChannelBuilder intercept(List<ClientInterceptor> more) {
    interceptors.addAll(more);
    return this;
  }

  @Override
  public SinewChannelBuilder intercept(ClientInterceptor... more) {
    return intercept(List.of(more));
  }

  /**
   * Builds the channel.
   *
   * @throws IllegalArgumentException if the target is not of its form
   * @throws IllegalStateException if the service config is not of its form, or if called before
   */
  @Override
  public ManagedChannel build() {
    if (built) {
      throw new IllegalStateException("build() was called before: a builder makes one channel");
    }
    built = true;
    ChannelState state = new ChannelState(
        snapshots == null ? null : new Snapshot(snapshots, Targets.anonymous(target)));
    ChannelObserver told = observed(state);
    delegate.defaultServiceConfig(serviceConfig);
    delegate.intercept(new StreamsOfCall.Interceptor(told));
    delegate.intercept(new RetryInterceptor(retryPolicy, retryBudget, idempotent, told));
    delegate.intercept(interceptors);
    delegate.setNameResolverArg(ChannelState.key(), state);
    return new SinewChannel(delegate.build(), state, told);
  }

  private @Nullable ChannelObserver observed(ChannelState state) {
    RetryBudget budget = retryBudget;
    boolean retries = retryPolicy.maxAttempts() > 1;
    return observer == null
        ? null
        : observer.channel(service == null ? serviceOf(Targets.anonymous(target)) : service, () -> {
          long now = System.nanoTime();
          return new ChannelFigures(state.stats(now), retries ? budget.left(now) : Double.NaN);
        });
  }

  /** What a target without query and password calls: its last part, without a port. */
  static String serviceOf(String target) {
    String path = target.split("[?#]", 2)[0];
    String last = path.substring(path.lastIndexOf('/') + 1);
    String name = last.isEmpty() ? path : last;
    return name.indexOf(',') < 0 ? PORT.matcher(name).replaceFirst("") : name;
  }

  @Override
  protected ManagedChannelBuilder<?> delegate() {
    return delegate;
  }

  private SinewChannelBuilder loadBalancing(String name, Map<String, ?> config) {
    serviceConfig.put("loadBalancingConfig", List.of(Map.of(name, config)));
    return this;
  }
}
