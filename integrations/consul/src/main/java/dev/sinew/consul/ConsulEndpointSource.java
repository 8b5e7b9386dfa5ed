// SPDX-License-Identifier: Apache-2.0
package dev.sinew.consul;

import dev.sinew.Expect;
import dev.sinew.endpoint.Endpoint;
import dev.sinew.endpoint.EndpointSource;
import dev.sinew.retry.Backoff;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The passing instances of one service in Consul, followed by blocking health queries.
 *
 * <p>One query is always outstanding, so a change is seen as soon as the agent knows of it. On any
 * error, oversized, empty or nonsensical answer it stays silent and asks again after 250 ms to 30 s
 * with full jitter; a single bad entry is left out and counted. The first good answer is delivered
 * even if it is empty, and so are later empty ones: whether to believe those is for the listener.
 *
 * <p>At most 20 queries a second, whatever the registry does; at most 10 000 endpoints.
 */
public final class ConsulEndpointSource implements EndpointSource {
  private static final System.Logger LOG = System.getLogger(ConsulEndpointSource.class.getName());
  private static final Duration WAIT = Duration.ofSeconds(15);
  // Consul adds up to wait/16 of jitter; the rest is for a large answer over a slow network.
  private static final Duration DEADLINE = WAIT.plusSeconds(6);
  private static final long SHORTEST_INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
  // Of a registry that does not block: no index, or the same one at once.
  private static final long POLL_INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final Backoff BACKOFF =
      new Backoff(Duration.ofMillis(250), 2, Duration.ofSeconds(30));

  private final ConsulTarget target;
  private final Backoff backoff;
  private final ConsulHttp http;
  private final Thread thread;
  private final RandomGenerator random = new SplittableRandom();
  private volatile @Nullable Consumer<List<Endpoint>> listener;
  private volatile boolean closed;
  private volatile Progress progress = new Progress(0, 0, 0, 0, false);
  private @Nullable List<Endpoint> delivered;
  private long index;
  private int failures;

  ConsulEndpointSource(ConsulTarget target) {
    this(target, BACKOFF);
  }

  ConsulEndpointSource(ConsulTarget target, Backoff backoff) {
    this.target = target;
    this.backoff = backoff;
    this.http = new ConsulHttp(target);
    this.thread = new Thread(this::run, "sinew-consul-source-" + target.service());
    thread.setDaemon(true);
  }

  @Override
  public synchronized void start(Consumer<List<Endpoint>> newListener) {
    if (listener != null || closed) {
      throw new IllegalStateException(
          Expect.message("source", target, "started once and not closed"));
    }
    listener = newListener;
    thread.start();
  }

  @Override
  public synchronized void close() {
    closed = true;
    thread.interrupt();
    // A listener may close its own source.
    if (Thread.currentThread() != thread) {
      Threads.join(thread, Duration.ofSeconds(2));
    }
  }

  /** What this source has seen so far. */
  public Stats stats() {
    Progress now = progress;
    Duration age = now.answered ? Duration.ofNanos(System.nanoTime() - now.lastGoodNanos) : null;
    return new Stats(now.queries, now.errors, now.skipped, age);
  }

  @Override
  public String toString() {
    return target.toString();
  }

  private void run() {
    try {
      while (!closed) {
        long startedNanos = System.nanoTime();
        long pauseNanos = query(startedNanos) - (System.nanoTime() - startedNanos);
        if (pauseNanos > 0) {
          TimeUnit.NANOSECONDS.sleep(pauseNanos);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Asks once and says how long after {@code startedNanos} the next query may begin. */
  private long query(long startedNanos) throws InterruptedException {
    try {
      long asked = index;
      ConsulHttp.Answer answer = http.get(path(asked), DEADLINE);
      if (!answer.ok()) {
        return failed("status=" + answer.status(), startedNanos);
      }
      ConsulEntries.Found found = ConsulEntries.parse(target.service(), answer.body());
      succeeded(found);
      // Backwards means that the registry lost its memory: start afresh.
      index = answer.index() < asked ? 0 : answer.index();
      boolean early = System.nanoTime() - startedNanos < WAIT.toNanos() / 2;
      boolean polls = index == 0 || (early && index == asked);
      return polls ? POLL_INTERVAL_NANOS : SHORTEST_INTERVAL_NANOS;
    } catch (IOException | MalformedAnswerException e) {
      return failed(
          "error=\"" + Expect.printable(String.valueOf(e.getMessage())) + '"', startedNanos);
    }
  }

  private String path(long asked) {
    StringBuilder path = new StringBuilder("/v1/health/service/");
    path.append(ConsulHttp.encoded(target.service())).append("?passing&stale");
    for (String tag : target.tags()) {
      path.append("&tag=").append(ConsulHttp.encoded(tag));
    }
    if (!target.datacenter().isEmpty()) {
      path.append("&dc=").append(ConsulHttp.encoded(target.datacenter()));
    }
    if (asked > 0) {
      path.append("&index=")
          .append(asked)
          .append("&wait=")
          .append(WAIT.toSeconds())
          .append('s');
    }
    return path.toString();
  }

  private void succeeded(ConsulEntries.Found found) {
    Progress before = progress;
    if (failures > 0 || !before.answered) {
      LOG.log(System.Logger.Level.INFO, "consul source={0} state=connected", target);
    }
    failures = 0;
    progress = new Progress(
        before.queries + 1,
        before.errors,
        before.skipped + found.skipped(),
        System.nanoTime(),
        true);
    Consumer<List<Endpoint>> to = listener;
    if (to != null && !closed && !found.endpoints().equals(delivered)) {
      delivered = found.endpoints();
      deliver(to, found.endpoints());
    }
  }

  // A listener that throws must not end discovery.
  private void deliver(Consumer<List<Endpoint>> to, List<Endpoint> endpoints) {
    try {
      to.accept(endpoints);
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.WARNING, "consul source=" + target + " state=listener-failed", e);
    }
  }

  private long failed(String reason, long startedNanos) {
    if (failures == 0) {
      LOG.log(System.Logger.Level.WARNING, "consul source={0} state=failing {1}", target, reason);
    }
    failures++;
    // A registry that comes back may count from the start again.
    index = 0;
    Progress before = progress;
    progress = new Progress(
        before.queries + 1,
        before.errors + 1,
        before.skipped,
        before.lastGoodNanos,
        before.answered);
    long tookNanos = System.nanoTime() - startedNanos;
    return tookNanos + Math.max(SHORTEST_INTERVAL_NANOS, backoff.nanos(failures, random));
  }

  /**
   * What a source has seen since it was started.
   *
   * @param queries answered or failed
   * @param errors queries without a usable answer
   * @param skipped entries left out of otherwise good answers, summed over all answers
   * @param lastGoodAge how long ago the last good answer came, at most about 16 s while all is well;
   *     null before the first
   */
  public record Stats(
      long queries, long errors, long skipped, @Nullable Duration lastGoodAge) {}

  private record Progress(
      long queries, long errors, long skipped, long lastGoodNanos, boolean answered) {}
}
