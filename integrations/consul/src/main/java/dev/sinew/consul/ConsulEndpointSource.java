// SPDX-License-Identifier: Apache-2.0
package dev.sinew.consul;

import dev.sinew.Expect;
import dev.sinew.consul.http.ConsulHttp;
import dev.sinew.consul.http.ConsulTarget;
import dev.sinew.consul.http.MalformedAnswerException;
import dev.sinew.consul.http.Trouble;
import dev.sinew.endpoint.Endpoint;
import dev.sinew.endpoint.EndpointSource;
import dev.sinew.retry.Backoff;
import java.io.IOException;
import java.net.URI;
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
 * <p>One query is always outstanding, so a change is seen as soon as the agent knows of it. Reads may be
 * answered by any server ({@code stale}), so they go on while the servers have no leader. On any error,
 * oversized, empty or nonsensical answer the source stays silent, goes on with the next agent of its
 * target, and asks more and more rarely; a single bad entry is left out and counted. The first good
 * answer is delivered even if it is empty, and so are later empty ones: whether to believe those is for
 * the listener. An unchanged list is delivered again with each answer of a server that knows its leader,
 * so that the age of the last delivery, at most about 16 s while all is well, is that of the last
 * confirmation; an empty one is not.
 *
 * <p>Bounds: bodies of 32 MiB, 10 000 endpoints, 21 s for a whole answer, and the rates of changes,
 * errors and misbehaviour (four a second, one in 30 s and one in 15 s in the long run).
 */
public final class ConsulEndpointSource implements EndpointSource {
  private static final System.Logger LOG = System.getLogger(ConsulEndpointSource.class.getName());
  private static final Duration WAIT = Duration.ofSeconds(15);
  // Consul adds up to wait/16 of jitter; the rest is for a large answer over a slow network.
  private static final Duration DEADLINE = WAIT.plusSeconds(6);

  private final ConsulTarget target;
  private final Duration deadline;
  private final QueryPacer pacer;
  private final ConsulHttp http;
  private final Thread thread;
  private final RandomGenerator random = new SplittableRandom();
  private volatile @Nullable Consumer<List<Endpoint>> listener;
  private volatile boolean closed;
  private volatile Progress progress = new Progress(0, 0, 0, null, "");
  private @Nullable List<Endpoint> delivered;
  private int agent;
  private long index;

  ConsulEndpointSource(ConsulTarget target) {
    this(target, QueryPacer.BACKOFF, DEADLINE);
  }

  ConsulEndpointSource(ConsulTarget target, Backoff backoff, Duration deadline) {
    this.target = target;
    this.deadline = deadline;
    this.pacer = new QueryPacer(backoff);
    this.http = new ConsulHttp(target.tls(), target.token());
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
    Knowledge known = now.known;
    Duration staleness =
        known == null ? null : known.behind.plusNanos(Math.max(0, System.nanoTime() - known.nanos));
    return new Stats(now.queries, now.errors, now.skipped, staleness, now.trouble);
  }

  @Override
  public String toString() {
    return target.toString();
  }

  private void run() {
    try {
      while (!closed) {
        long pauseNanos = query();
        TimeUnit.NANOSECONDS.sleep(pauseNanos);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Asks once and says how long to wait before the next query. */
  private long query() throws InterruptedException {
    URI asked = target.agents().get(agent);
    long startedNanos = System.nanoTime();
    try {
      ConsulHttp.Answer answer = http.get(asked, path(index), deadline);
      if (!answer.ok()) {
        return failed(Trouble.of(target, asked, answer));
      }
      long arrivedNanos = System.nanoTime();
      ConsulEntries.Found found = ConsulEntries.parse(target.service(), answer.body());
      if (answer.filtered() && found.endpoints().isEmpty()) {
        return failed(Trouble.filtered(asked));
      }
      succeeded(asked, answer, found);
      return pause(answer.index(), startedNanos, arrivedNanos);
    } catch (IOException | MalformedAnswerException e) {
      return failed(Trouble.of(target, asked, e));
    } catch (RuntimeException | OutOfMemoryError e) {
      // Whatever an answer provokes must not end discovery.
      LOG.log(System.Logger.Level.ERROR, "consul source=" + target + " state=failed", e);
      return failed(asked + ": " + e.getClass().getSimpleName());
    }
  }

  /** Takes over the index of a good answer. */
  private long pause(long newIndex, long startedNanos, long arrivedNanos) {
    long before = index;
    long now = System.nanoTime();
    // Backwards means that the registry lost its memory: start afresh.
    index = newIndex < before ? 0 : newIndex;
    if (newIndex == 0) {
      return pacer.early(now);
    }
    if (newIndex < before) {
      return pacer.fell(now);
    }
    boolean waited = arrivedNanos - startedNanos >= WAIT.toNanos() / 2;
    return newIndex == before && !waited ? pacer.early(now) : pacer.good(now, now - arrivedNanos);
  }

  private String path(long beyond) {
    StringBuilder path = new StringBuilder("/v1/health/service/");
    path.append(ConsulHttp.encoded(target.service())).append("?passing&stale");
    for (String tag : target.tags()) {
      path.append("&tag=").append(ConsulHttp.encoded(tag));
    }
    if (!target.datacenter().isEmpty()) {
      path.append("&dc=").append(ConsulHttp.encoded(target.datacenter()));
    }
    if (beyond > 0) {
      path.append("&index=")
          .append(beyond)
          .append("&wait=")
          .append(WAIT.toSeconds())
          .append('s');
    }
    return path.toString();
  }

  private void succeeded(URI asked, ConsulHttp.Answer answer, ConsulEntries.Found found) {
    Progress before = progress;
    String trouble = answer.leaderless() ? asked + ": the servers have no leader" : "";
    if (before.known == null || !trouble.equals(before.trouble)) {
      LOG.log(
          trouble.isEmpty() ? System.Logger.Level.INFO : System.Logger.Level.WARNING,
          "consul source={0} state={1}",
          target,
          trouble.isEmpty() ? "connected" : "leaderless");
    }
    progress = new Progress(
        before.queries + 1,
        before.errors,
        before.skipped + found.skipped(),
        new Knowledge(System.nanoTime(), answer.lastContact()),
        trouble);
    List<Endpoint> last = delivered;
    if (last == null || !found.endpoints().equals(last)) {
      delivered = found.endpoints();
      deliver(found.endpoints());
    } else if (!last.isEmpty() && !answer.leaderless()) {
      // The same object as before, so that a listener compares it in one step.
      deliver(last);
    }
  }

  // A listener that throws must not end discovery.
  private void deliver(List<Endpoint> endpoints) {
    Consumer<List<Endpoint>> to = listener;
    if (to == null || closed) {
      return;
    }
    try {
      to.accept(endpoints);
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.WARNING, "consul source=" + target + " state=listener-failed", e);
    }
  }

  private long failed(String trouble) {
    Progress before = progress;
    // One line for each new trouble, and none for its repetitions or for each agent in turn.
    if (pacer.failures() < target.agents().size() && !trouble.equals(before.trouble)) {
      LOG.log(
          System.Logger.Level.WARNING,
          "consul source={0} state=failing trouble=\"{1}\"",
          target,
          trouble);
    }
    agent = (agent + 1) % target.agents().size();
    // A registry that comes back may count from the start again.
    index = 0;
    progress =
        new Progress(before.queries + 1, before.errors + 1, before.skipped, before.known, trouble);
    return pacer.failed(target.agents().size(), random);
  }

  /**
   * What a source has seen since it was started.
   *
   * @param queries answered or failed
   * @param errors queries without a usable answer
   * @param skipped entries left out of otherwise good answers, summed over all answers
   * @param staleness how old the newest knowledge may be: the time since the last good answer, and how
   *     long the server that gave it had not heard from its leader; at most about 16 s while all is
   *     well; a lost leader shows when the waiting query ends or, if that was too soon, the one after it,
   *     up to 31 s after the loss; null before the first good answer
   * @param trouble what was wrong with the last answer, as {@code http://10.0.0.9:8500: the token is
   *     refused (…)}; empty while all is well
   */
  public record Stats(
      long queries, long errors, long skipped, @Nullable Duration staleness, String trouble) {}

  private record Progress(
      long queries, long errors, long skipped, @Nullable Knowledge known, String trouble) {}

  private record Knowledge(long nanos, Duration behind) {}
}
