// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc;

import dev.sinew.endpoint.EndpointSink;
import dev.sinew.endpoint.EndpointSink.Registration;
import dev.sinew.grpc.load.LoadReporter;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.protobuf.services.HealthStatusManager;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.SocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A server that registers when it serves and drains when it is told to go.
 *
 * <p>The registry is told of each change of its health. The drain is in {@link #leave}: say so (health, load reports), withdraw from the registry, serve
 * until the callers have gone, close, and cut what is left when the time is up.
 */
final class SinewServer extends Server {
  private static final Logger LOG = System.getLogger(SinewServer.class.getName());
  private static final long POLL_MILLIS = 10;
  private static final long EXIT_MILLIS = 1000;

  private final Server delegate;
  private final LoadReporter reporter;
  private final HealthStatusManager health;
  private final @Nullable Announcement announcement;
  private final Duration drainTimeout;
  private final @Nullable Thread sigterm;
  private final CountDownLatch cut = new CountDownLatch(1);
  private final CountDownLatch terminated = new CountDownLatch(1);
  private @Nullable EndpointSink sink;
  private @Nullable Registration registration;
  private boolean started;
  private boolean shutdown;
  private int callsCut;

  SinewServer(
      Server delegate,
      LoadReporter reporter,
      HealthStatusManager health,
      @Nullable Announcement announcement,
      Duration drainTimeout,
      boolean onSigterm) {
    this.delegate = delegate;
    this.reporter = reporter;
    this.health = health;
    this.announcement = announcement;
    this.drainTimeout = drainTimeout;
    this.sigterm = onSigterm ? new Thread(this::drainAndWait, "sinew-sigterm") : null;
  }

  @Override
  public synchronized Server start() throws IOException {
    if (shutdown) {
      throw new IllegalStateException("the server was shut down before it started");
    }
    delegate.start();
    started = true;
    reporter.start();
    if (announcement != null) {
      register(announcement);
    }
    if (sigterm != null) {
      Runtime.getRuntime().addShutdownHook(sigterm);
    }
    return this;
  }

  private void register(Announcement announced) {
    try {
      EndpointSink opened = announced.open();
      sink = opened;
      var endpoint = announced.endpoint(delegate.getPort(), Instant.now());
      Registration registered = opened.register(endpoint);
      registration = registered;
      ServingHealth.follow(health.getHealthService(), registered::health);
      LOG.log(
          Level.INFO,
          "server registered target={0} id={1} address={2}:{3,number,#}",
          announced.target(),
          endpoint.id(),
          endpoint.host(),
          endpoint.port());
    } catch (RuntimeException e) {
      shutdownNow();
      throw e;
    }
  }

  /** Begins the drain and returns at once; the server goes on serving until its callers have gone. */
  @Override
  public Server shutdown() {
    if (begin()) {
      daemon("sinew-drain", this::leave).start();
    }
    return this;
  }

  /** Cuts all calls at once, also those of a drain that is under way. */
  @Override
  public Server shutdownNow() {
    cut.countDown();
    cutCalls();
    return shutdown();
  }

  private synchronized void cutCalls() {
    callsCut = Math.max(callsCut, reporter.inFlight());
    delegate.shutdownNow();
  }

  private synchronized boolean begin() {
    boolean first = !shutdown;
    shutdown = true;
    return first;
  }

  private void leave() {
    long begun = System.nanoTime();
    Drain drain = new Drain(begun, drainTimeout.toNanos());
    boolean wasStarted = wasStarted();
    LOG.log(Level.INFO, "server draining in_flight={0}", reporter.inFlight());
    try {
      health.enterTerminalState();
      reporter.drain();
      CountDownLatch withdrawn = withdraw();
      if (wasStarted) {
        awaitQuiet(drain, withdrawn);
        delegate.shutdown();
        reporter.endStreams();
        awaitLastCalls(drain);
      }
      cutCalls();
      awaitEnd(withdrawn);
    } catch (InterruptedException e) {
      cutCalls();
      Thread.currentThread().interrupt();
    } finally {
      reporter.close();
      removeHook();
      logEnd(System.nanoTime() - begun);
      terminated.countDown();
    }
  }

  private synchronized void logEnd(long nanos) {
    LOG.log(
        callsCut == 0 ? Level.INFO : Level.WARNING,
        "server stopped calls_cut={0} drain_millis={1,number,#}",
        callsCut,
        TimeUnit.NANOSECONDS.toMillis(nanos));
  }

  /** Withdraws in a thread of its own, because a registry may not answer. */
  private CountDownLatch withdraw() {
    CountDownLatch withdrawn = new CountDownLatch(1);
    EndpointSink opened;
    Registration registered;
    synchronized (this) {
      opened = sink;
      registered = registration;
    }
    if (opened == null) {
      withdrawn.countDown();
      return withdrawn;
    }
    daemon("sinew-withdraw", () -> {
          try {
            if (registered != null) {
              registered.close();
            }
            opened.close();
          } catch (RuntimeException e) {
            LOG.log(Level.WARNING, "registration not withdrawn", e);
          } finally {
            withdrawn.countDown();
          }
        })
        .start();
    return withdrawn;
  }

  private void awaitQuiet(Drain drain, CountDownLatch withdrawn) throws InterruptedException {
    while (!drain.mayStopListening(
        reporter.lastArrivalNanos(), withdrawn.getCount() == 0, System.nanoTime())) {
      if (cut.await(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
        return;
      }
    }
  }

  /**
   * Ends when no call is left although connections may be: a caller that watches health or load keeps
   * its connection open for ever.
   */
  private void awaitLastCalls(Drain drain) throws InterruptedException {
    long busyNanos = System.nanoTime();
    while (!delegate.awaitTermination(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
      long now = System.nanoTime();
      int inFlight = reporter.inFlight();
      busyNanos = inFlight > 0 ? now : busyNanos;
      if (drain.mayClose(inFlight, busyNanos, now) || cut.getCount() == 0) {
        return;
      }
    }
  }

  private void awaitEnd(CountDownLatch withdrawn) throws InterruptedException {
    boolean closed = delegate.awaitTermination(EXIT_MILLIS, TimeUnit.MILLISECONDS);
    boolean gone = withdrawn.await(EXIT_MILLIS, TimeUnit.MILLISECONDS);
    if (!closed || !gone) {
      LOG.log(Level.WARNING, "server left behind connections={0} registration={1}", !closed, !gone);
    }
  }

  private void drainAndWait() {
    shutdown();
    try {
      if (!terminated.await(drainTimeout.toMillis() + EXIT_MILLIS, TimeUnit.MILLISECONDS)) {
        shutdownNow();
      }
    } catch (InterruptedException e) {
      shutdownNow();
    }
  }

  private void removeHook() {
    if (sigterm != null) {
      try {
        Runtime.getRuntime().removeShutdownHook(sigterm);
      } catch (IllegalStateException e) {
        LOG.log(Level.DEBUG, "the JVM is on its way out");
      }
    }
  }

  private synchronized boolean wasStarted() {
    return started;
  }

  private static Thread daemon(String name, Runnable task) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }

  @Override
  public int getPort() {
    return delegate.getPort();
  }

  @Override
  public List<? extends SocketAddress> getListenSockets() {
    return delegate.getListenSockets();
  }

  @Override
  public List<ServerServiceDefinition> getServices() {
    return delegate.getServices();
  }

  @Override
  public List<ServerServiceDefinition> getImmutableServices() {
    return delegate.getImmutableServices();
  }

  @Override
  public List<ServerServiceDefinition> getMutableServices() {
    return delegate.getMutableServices();
  }

  /** Whether it was told to go; it may still accept calls until its callers have gone. */
  @Override
  public synchronized boolean isShutdown() {
    return shutdown;
  }

  @Override
  public boolean isTerminated() {
    return terminated.getCount() == 0;
  }

  /** Waits for the end of the drain and of all calls. */
  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
    return terminated.await(timeout, unit);
  }

  @Override
  public void awaitTermination() throws InterruptedException {
    terminated.await();
  }
}
