// SPDX-License-Identifier: Apache-2.0
package dev.sinew.haproxy;

import dev.sinew.endpoint.Endpoint;
import dev.sinew.endpoint.EndpointSink;
import dev.sinew.endpoint.Health;
import java.net.InetAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** One replica behind HAProxy. Its state is guarded by its sink. */
public final class HaproxyRegistration implements EndpointSink.Registration {
  private final HaproxyEndpointSink sink;
  private final String server;
  private final Endpoint endpoint;
  private final CompletableFuture<Boolean> drained = new CompletableFuture<>();
  private final CompletableFuture<Boolean> gone = new CompletableFuture<>();
  private final Set<DoorLoop> quietAt = new HashSet<>();
  private final Set<DoorLoop> goneAt = new HashSet<>();
  private @Nullable InetAddress address;
  private boolean serves = true;
  private boolean drains;

  HaproxyRegistration(HaproxyEndpointSink sink, String server, Endpoint endpoint) {
    this.sink = sink;
    this.server = server;
    this.endpoint = endpoint;
    this.address = Addresses.literal(endpoint.host()).orElse(null);
  }

  /** What HAProxy calls it. */
  public String server() {
    return server;
  }

  /** A replica that is critical gets no new calls, and keeps those that it has. */
  @Override
  public void health(Health health) {
    synchronized (sink) {
      serves = health != Health.CRITICAL;
    }
    sink.wake();
  }

  /**
   * Lets no new call begin on the replica, for good. To be done before the replica is told to end.
   *
   * @param grace how long its calls may take to end; if this is asked for again, the shortest counts
   * @return ends with true when each HAProxy has said that it has no call on the replica any more, and with
   *     false when the grace is over before; never with an exception
   */
  public CompletionStage<Boolean> drain(Duration grace) {
    synchronized (sink) {
      drains = true;
    }
    sink.wake();
    drained.completeOnTimeout(false, Math.max(1, grace.toMillis()), TimeUnit.MILLISECONDS);
    return drained.minimalCompletionStage();
  }

  /**
   * Drains the replica, for the sink's grace at most, and deletes it from HAProxy; returns when every
   * HAProxy has confirmed, or 2 s after the grace. What could not be deleted by then is deleted later.
   */
  @Override
  public void close() {
    withdraw();
    await(System.nanoTime() + sink.longestCloseNanos());
  }

  /** As {@link #close}, but returns at once. */
  public void withdraw() {
    synchronized (sink) {
      drains = true;
    }
    sink.withdraw(this);
  }

  void await(long deadlineNanos) {
    try {
      gone.get(Math.max(0, deadlineNanos - System.nanoTime()), TimeUnit.NANOSECONDS);
    } catch (TimeoutException | ExecutionException e) {
      // The loops go on with it.
      return;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  Endpoint endpoint() {
    return endpoint;
  }

  boolean unresolved() {
    return address == null;
  }

  void resolved(InetAddress literal) {
    address = literal;
  }

  Wanted wanted(int largestWeight) {
    return new Wanted(
        server,
        address,
        endpoint.port(),
        Wanted.weight(endpoint.weight(), largestWeight),
        endpoint.priority() > 0,
        serves && !drains);
  }

  /** What a look at one HAProxy has shown; the callbacks run elsewhere, as they may be slow. */
  void looked(DoorLoop door, Plan plan, int doors) {
    if (drains && plan.quiet().contains(server) && quietAt.add(door) && quietAt.size() == doors) {
      drained.completeAsync(() -> true);
    }
    if (plan.gone().contains(server) && goneAt.add(door) && goneAt.size() == doors) {
      end(true);
    }
  }

  boolean ended() {
    return gone.isDone();
  }

  void end(boolean everywhere) {
    drained.completeAsync(() -> everywhere);
    gone.complete(everywhere);
  }
}
