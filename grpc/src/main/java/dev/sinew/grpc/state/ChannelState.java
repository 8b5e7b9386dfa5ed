// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc.state;

import dev.sinew.endpoint.Endpoint;
import io.grpc.NameResolver;
import java.time.Duration;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What the resolver and the load balancer of one channel tell each other and anybody who asks. It lives
 * as long as the channel, whereas those two end whenever the channel is idle. Thread-safe.
 */
public final class ChannelState {
  private static final NameResolver.Args.Key<ChannelState> KEY =
      NameResolver.Args.Key.create("sinew-channel-state");

  private final @Nullable Snapshot snapshot;
  private final AtomicLong emptyLists = new AtomicLong();
  private volatile List<Endpoint> lastGood = List.of();
  private volatile @Nullable Long heardNanos;
  private volatile boolean sourced;
  private volatile boolean recalled;
  private volatile InUse inUse = new InUse(0, 0, 0, 0, new TreeMap<>());

  /** A channel that knows nothing yet; with a snapshot it keeps what it learns. */
  public ChannelState(@Nullable Snapshot snapshot) {
    this.snapshot = snapshot;
  }

  /** Where a channel finds its state. */
  public static NameResolver.Args.Key<ChannelState> key() {
    return KEY;
  }

  /** The state of the channel that was made with these arguments; a new one if it has none. */
  public static ChannelState of(NameResolver.Args args) {
    ChannelState given = args.getArg(KEY);
    return given == null ? new ChannelState(null) : given;
  }

  /** A resolver of Sinew is there, which says itself when its source spoke. */
  public void sourced() {
    sourced = true;
  }

  /** The load balancer got a list with an endpoint in it. */
  public void resolved(long nowNanos) {
    if (!sourced) {
      heard(nowNanos);
    }
  }

  /** The source handed over a list with an endpoint in it. */
  public void heard(long nowNanos) {
    heardNanos = nowNanos;
    recalled = false;
  }

  /** The source handed over an empty list after a good one, which is ignored. */
  public void heardEmpty() {
    emptyLists.incrementAndGet();
  }

  /** Whether {@link #recall} may find something. */
  public boolean remembers() {
    return snapshot != null || !lastGood.isEmpty();
  }

  /** The last good list, from memory or else from the snapshot; it may block. */
  public List<Endpoint> recall() {
    List<Endpoint> known = lastGood;
    return known.isEmpty() && snapshot != null ? snapshot.read() : known;
  }

  /** The recalled list is in use, because the source says nothing. */
  public void recalled() {
    recalled = true;
  }

  /** Whether the state is kept for a restart, so that {@link #good} is to be repeated now and then. */
  public boolean keeps() {
    return snapshot != null;
  }

  /** A list in use with an endpoint in it that serves. */
  public void good(List<Endpoint> endpoints) {
    lastGood = List.copyOf(endpoints);
    if (snapshot != null) {
      snapshot.offer(lastGood);
    }
  }

  /** What the load balancer does now. */
  public void inUse(InUse latest) {
    inUse = latest;
  }

  /** All of it at one moment. */
  public ChannelStats stats(long nowNanos) {
    InUse now = inUse;
    Long heard = heardNanos;
    return new ChannelStats(
        now.known(),
        now.ready(),
        now.retained(),
        heard == null ? null : Duration.ofNanos(nowNanos - heard),
        recalled,
        emptyLists.get() + now.doubts(),
        now.shares());
  }

  /**
   * What a load balancer does.
   *
   * @param doubts lists that it did not believe in full
   */
  public record InUse(
      int known, int ready, int retained, long doubts, SortedMap<Integer, Double> shares) {}
}
