// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc;

import dev.sinew.Expect;
import dev.sinew.endpoint.EndpointSinkProvider;
import dev.sinew.grpc.load.LoadReporter;
import dev.sinew.grpc.observe.Observer;
import io.grpc.BindableService;
import io.grpc.ForwardingServerBuilder;
import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.grpc.ServerCallExecutorSupplier;
import io.grpc.ServerServiceDefinition;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Settings of a server that reports its load, registers itself and drains; each has a sensible default.
 *
 * <p>The server gets the services health, reflection and ORCA load reports besides the application's. A
 * health service of the application's own is given by {@link #health}: one that was added to the builder
 * before cannot be seen here and is replaced.
 */
public final class SinewServerBuilder extends ForwardingServerBuilder<SinewServerBuilder> {
  private final ServerBuilder<?> delegate;
  private int workers;
  private boolean ownExecutor;
  private @Nullable ServerCallExecutorSupplier executors;
  private Duration latencyObjective = Duration.ofMillis(200);
  private @Nullable String target;
  private @Nullable String advertiseHost;
  private Placement placement = Placement.OPEN;
  private Duration drainTimeout = Duration.ofSeconds(9);
  private boolean onSigterm = true;
  private boolean reflection = true;
  private @Nullable HealthStatusManager health;
  private @Nullable Observer observer;

  SinewServerBuilder(ServerBuilder<?> delegate) {
    this.delegate = delegate;
  }

  /**
   * Runs the application's calls on so many threads; their busy share is the reported utilization.
   *
   * <p>Without it they run on the builder's executor, and utilization is the processor share.
   *
   * @param threads 1 to 10000
   */
  public SinewServerBuilder workers(int threads) {
    Expect.that(threads >= 1 && threads <= 10_000, "workers", threads, "1 to 10000");
    workers = threads;
    return this;
  }

  /** Counts unary calls as within or over this latency; 1 ms to 1 h, by default 200 ms. */
  public SinewServerBuilder latencyObjective(Duration objective) {
    latencyObjective = objective;
    return this;
  }

  /**
   * Registers the server when it serves, and withdraws it first when it leaves. In between the registry
   * hears of its health, that of the service named {@code ""}: anything but SERVING is critical there.
   *
   * @param service a whole target as {@code consul://127.0.0.1:8500/orders}, or a service's name as
   *     {@code orders}, which is registered where the environment variable {@code SINEW_REGISTRY} says
   *     (by default {@code consul:///}); with {@code SINEW_REGISTRY=none} nothing is registered
   */
  public SinewServerBuilder register(String service) {
    target = service;
    return this;
  }

  /**
   * The host that clients shall connect to; by default 127.0.0.1 if the registry is on this machine's
   * loopback interface or not named, else this machine's address in the registry's direction.
   */
  public SinewServerBuilder advertiseHost(String host) {
    advertiseHost = host;
    return this;
  }

  /**
   * The tier that the server registers in, 0 to 127: backups, with a higher number, get calls only when
   * the primaries, with 0, cannot bear them. By default what the environment variable {@code
   * SINEW_PRIORITY} says, or 0.
   */
  public SinewServerBuilder priority(int tier) {
    placement = placement.withPriority(tier);
    return this;
  }

  /**
   * The failure domain that the server registers in, as {@code eu-1a}; by default what the environment
   * variable {@code SINEW_ZONE} says, or none.
   */
  public SinewServerBuilder zone(String name) {
    placement = placement.withZone(name);
    return this;
  }

  /**
   * The version of the program that the server registers, in the attribute {@code version} of its
   * endpoint; by default what the environment variable {@code SINEW_VERSION} says, or none.
   */
  public SinewServerBuilder version(String text) {
    placement = placement.withVersion(text);
    return this;
  }

  /**
   * How long {@code shutdown()} may take until calls that still run are cut; 100 ms to 1 h, by default
   * 9 s, so that a process has 10 s at most between SIGTERM and its end.
   */
  public SinewServerBuilder drainTimeout(Duration timeout) {
    Expect.that(
        timeout.toMillis() >= 100 && timeout.compareTo(Duration.ofHours(1)) <= 0,
        "drainTimeout",
        timeout,
        "100 ms to 1 h");
    drainTimeout = timeout;
    return this;
  }

  /** Whether the end of the JVM, as by SIGTERM, drains the server first; by default it does. */
  public SinewServerBuilder onSigterm(boolean drains) {
    onSigterm = drains;
    return this;
  }

  /** Serves this health instead of one of its own; draining ends it in NOT_SERVING. */
  public SinewServerBuilder health(HealthStatusManager manager) {
    health = manager;
    return this;
  }

  /**
   * Lets somebody hear of the server's calls and load, as metrics do. What it is to tell the registry
   * becomes attributes of the registered endpoint.
   */
  public SinewServerBuilder observe(Observer told) {
    observer = told;
    return this;
  }

  /** Whether the server tells anybody which services and methods it has; by default it does. */
  public SinewServerBuilder reflection(boolean on) {
    reflection = on;
    return this;
  }

  /**
   * Adds a service.
   *
   * @throws IllegalArgumentException if it is a health service, which {@link #health} takes
   */
  @Override
  public SinewServerBuilder addService(ServerServiceDefinition service) {
    String name = service.getServiceDescriptor().getName();
    Expect.that(
        !name.equals(HealthGrpc.SERVICE_NAME), "service", name, "not health: use health(manager)");
    return super.addService(service);
  }

  /**
   * Adds a service.
   *
   * @throws IllegalArgumentException if it is a health service, which {@link #health} takes
   */
  @Override
  public SinewServerBuilder addService(BindableService service) {
    return addService(service.bindService());
  }

  @Override
  public SinewServerBuilder executor(@Nullable Executor executor) {
    ownExecutor = executor != null;
    return super.executor(executor);
  }

  @Override
  public SinewServerBuilder directExecutor() {
    ownExecutor = true;
    return super.directExecutor();
  }

  /** Chooses the executor of application calls; control services keep their own. */
  @Override
  public SinewServerBuilder callExecutor(ServerCallExecutorSupplier supplier) {
    ownExecutor = true;
    executors = supplier;
    return this;
  }

  /**
   * Builds the server; call it once.
   *
   * @throws IllegalArgumentException if settings contradict each other or nothing registers such a target
   */
  @Override
  public Server build() {
    Expect.that(workers == 0 || !ownExecutor, "workers", workers, "not with an executor besides");
    Announcement announcement = announcement();
    HealthStatusManager status = health == null ? new HealthStatusManager() : health;
    delegate.addService(status.getHealthService());
    if (reflection) {
      delegate.addService(ProtoReflectionServiceV1.newInstance());
    }
    LoadReporter reporter = LoadReporter.install(delegate, workers, latencyObjective, executors);
    Server server = delegate.build();
    if (observer != null) {
      reporter.observe(observer, server);
    }
    return new SinewServer(server, reporter, status, announcement, drainTimeout, onSigterm);
  }

  @Override
  protected ServerBuilder<?> delegate() {
    return delegate;
  }

  private @Nullable Announcement announcement() {
    if (target == null) {
      return null;
    }
    List<EndpointSinkProvider> providers = new ArrayList<>();
    ServiceLoader.load(EndpointSinkProvider.class).forEach(providers::add);
    Announcement announcement =
        Announcement.of(target, advertiseHost, placement, System.getenv(), providers);
    return announcement == null || observer == null
        ? announcement
        : announcement.with(observer.attributes());
  }
}
