// SPDX-License-Identifier: Apache-2.0
package dev.sinew.consul;

import dev.sinew.Expect;
import dev.sinew.consul.http.ConsulHttp;
import dev.sinew.consul.http.ConsulTarget;
import dev.sinew.consul.http.MalformedAnswerException;
import dev.sinew.consul.http.Trouble;
import dev.sinew.consul.query.HealthQueries;
import dev.sinew.consul.query.Instances;
import dev.sinew.consul.query.QueryPacer;
import dev.sinew.consul.query.StatusWatch;
import dev.sinew.endpoint.Endpoint;
import dev.sinew.endpoint.EndpointSource;
import dev.sinew.retry.Backoff;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The passing instances of one service in Consul, followed by blocking health queries.
 *
 * <p>One query is always outstanding, so a change is seen as soon as the agent knows of it. It asks for the
 * instances that fail, whose list is short: one that it names leaves at once, one that it names no more
 * is asked for by its id and comes back if it passes. The whole list is read after each change and
 * decides; it tells of everything else. Where an agent knows no filters, or what it says of failing
 * instances is not borne out, whole lists are waited for instead. Reads may be
 * answered by any server ({@code stale}), so they go on while the servers have no leader. On any error,
 * oversized, empty or nonsensical answer the source stays silent, goes on with the next agent of its
 * target, and asks more and more rarely; a single bad entry is left out and counted. The first good
 * answer is delivered even if it is empty, and so are later empty ones: whether to believe those is for
 * the listener. An unchanged list is delivered again with each answer of a server that knows its leader,
 * so that the age of the last delivery, at most about 16 s while all is well, is that of the last
 * confirmation; an empty one is not.
 *
 * <p>Bounds: bodies of 32 MiB, 10 000 endpoints, 21 s for a whole answer, and the rates of lists, queries
 * about statuses (each may be followed by one by id), errors and misbehaviour (four, four, one in 30 s and one in 15 s in the long run).
 */
public final class ConsulEndpointSource implements EndpointSource {
  private static final System.Logger LOG = System.getLogger(ConsulEndpointSource.class.getName());
  private static final Duration WAIT = Duration.ofSeconds(15);
  // A server that has told of a change can list it; another one may be a little behind.
  private static final Duration CATCHING_UP = Duration.ofSeconds(1);
  private static final Duration SHORTEST_WAIT = Duration.ofMillis(50);
  private static final Set<Integer> UNKNOWN = Set.of(400, 404, 405, 501);
  private static final Duration ASIDE = Duration.ofSeconds(2);
  // Consul adds up to wait/16 of jitter; the rest is for a large answer over a slow network.
  private static final Duration DEADLINE = WAIT.plusSeconds(6);

  private final ConsulTarget target;
  private final HealthQueries queries;
  private final Duration deadline;
  private final QueryPacer pacer;
  private final QueryPacer statusPacer;
  private final StatusWatch status = new StatusWatch();
  private final ConsulHttp http;
  private final Thread thread;
  private final RandomGenerator random = new SplittableRandom();
  private volatile @Nullable Consumer<List<Endpoint>> listener;
  private volatile boolean closed;
  private volatile Progress progress = new Progress(0, 0, 0, null, "");
  private Instances instances = Instances.NONE;
  private @Nullable List<Endpoint> delivered;
  private int agent;
  private long index;
  private long listDueNanos = System.nanoTime();
  private long statusDueNanos = listDueNanos;

  ConsulEndpointSource(ConsulTarget target) {
    this(target, QueryPacer.BACKOFF, DEADLINE);
  }

  ConsulEndpointSource(ConsulTarget target, Backoff backoff, Duration deadline) {
    this.target = target;
    this.queries = new HealthQueries(target);
    this.deadline = deadline;
    this.pacer = new QueryPacer(backoff);
    this.statusPacer = new QueryPacer(backoff);
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
        boolean alert = status.usable() && index > 0;
        boolean list = !alert || (status.index() > index && listDueNanos - statusDueNanos <= 0);
        TimeUnit.NANOSECONDS.sleep((list ? listDueNanos : statusDueNanos) - System.nanoTime());
        URI asked = target.agents().get(agent);
        String trouble = trouble(asked, list ? () -> all(asked, alert) : () -> failing(asked));
        if (!trouble.isEmpty()) {
          failed(trouble);
        }
        if (!trouble.isEmpty() && !list) {
          status.doubt();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private String trouble(URI asked, Question question) throws InterruptedException {
    try {
      return question.ask();
    } catch (IOException | MalformedAnswerException e) {
      return Trouble.of(target, asked, e);
    } catch (RuntimeException | OutOfMemoryError e) {
      // Whatever an answer provokes must not end discovery.
      LOG.log(System.Logger.Level.ERROR, "consul source=" + target + " state=failed", e);
      return asked + ": " + e.getClass().getSimpleName();
    }
  }

  /**
   * Asks for the whole list.
   *
   * @param alert whether it is known that there is news, and others wait for more
   */
  private String all(URI asked, boolean alert)
      throws IOException, MalformedAnswerException, InterruptedException {
    Duration wait = alert ? CATCHING_UP : WAIT;
    long startedNanos = System.nanoTime();
    ConsulHttp.Answer answer = http.get(asked, queries.passing(index, wait), deadline);
    if (!answer.ok()) {
      return Trouble.of(target, asked, answer);
    }
    long arrivedNanos = System.nanoTime();
    ConsulEntries.Found found = ConsulEntries.parse(target.service(), answer.body());
    if (answer.filtered() && found.endpoints().isEmpty()) {
      return Trouble.filtered(asked);
    }
    heard(asked, answer, found.skipped(), true);
    know(found.instances(), !answer.leaderless());
    if (alert) {
      judge(answer.index(), found.instances());
    } else if (index > 0) {
      status.rested();
    }
    long now = System.nanoTime();
    boolean waited = arrivedNanos - startedNanos >= wait.toNanos() / 2;
    listDueNanos = now + pause(now, now - arrivedNanos, answer.index(), waited);
    return "";
  }

  /** Takes over the index of a good list and says how long to wait before the next one. */
  private long pause(long now, long readingNanos, long newIndex, boolean waited) {
    long before = index;
    // Backwards means that the registry lost its memory: start afresh.
    index = newIndex < before ? 0 : newIndex;
    if (index == 0) {
      status.restart();
    }
    if (newIndex == 0) {
      return pacer.early(now);
    }
    if (newIndex < before) {
      return pacer.fell(now);
    }
    return newIndex == before && !waited ? pacer.early(now) : pacer.good(now, readingNanos);
  }

  /** Holds what was told of failing instances against a list that was to bear it out. */
  private void judge(long listed, Instances passing) {
    boolean same = listed == status.index();
    if (listed <= index || (same && status.failing().meet(passing))) {
      status.doubt();
    } else if (same) {
      status.borneOut();
    }
  }

  /** Asks for the instances that fail; if there is news the list is asked for next. */
  private String failing(URI asked)
      throws IOException, MalformedAnswerException, InterruptedException {
    long beyond = status.index();
    long startedNanos = System.nanoTime();
    Duration wait = beyond > index ? untilListIsDue(startedNanos) : WAIT;
    ConsulHttp.Answer answer = http.get(asked, queries.failing(beyond, wait), deadline);
    if (UNKNOWN.contains(answer.status())) {
      status.unknown();
      return "";
    }
    if (!answer.ok()) {
      return Trouble.of(target, asked, answer);
    }
    long arrivedNanos = System.nanoTime();
    @Nullable Instances failing = ConsulEntries.failing(target.service(), answer.body());
    long told = answer.index();
    heard(asked, answer, 0, failing != null && told == index);
    boolean waited = arrivedNanos - startedNanos >= wait.toNanos() / 2;
    if (failing == null || told == 0 || told < beyond || (told == beyond && !waited)) {
      status.doubt();
    } else {
      heed(asked, answer, failing, waited);
    }
    long now = System.nanoTime();
    statusDueNanos = now + statusPacer.good(now, now - arrivedNanos);
    if (told > 0 && told < beyond) {
      index = 0;
      listDueNanos = now + pacer.fell(now);
    }
    return "";
  }

  private Duration untilListIsDue(long now) {
    Duration left = Duration.ofMillis(TimeUnit.NANOSECONDS.toMillis(listDueNanos - now));
    Duration longest = left.compareTo(WAIT) < 0 ? left : WAIT;
    return longest.compareTo(SHORTEST_WAIT) < 0 ? SHORTEST_WAIT : longest;
  }

  /** Applies what is newer than the list, and holds against the list what is not. */
  private void heed(URI asked, ConsulHttp.Answer answer, Instances failing, boolean waited)
      throws InterruptedException {
    Instances better = status.heard(answer.index(), failing);
    if (answer.index() > index) {
      know(instances.without(failing), false);
      know(instances.with(recovered(asked, better, answer.index())), false);
    } else if (answer.index() == index && failing.meet(instances)) {
      status.doubt();
    } else if (answer.index() == index) {
      know(instances, !answer.leaderless());
      if (waited) {
        status.borneOut();
      }
    }
  }

  /** Those that pass again; one that fails no more may also be gone. */
  private Instances recovered(URI asked, Instances better, long told) throws InterruptedException {
    String path = queries.recovered(better.all());
    if (path.isEmpty()) {
      return Instances.NONE;
    }
    try {
      ConsulHttp.Answer answer = http.get(asked, path, ASIDE);
      if (!answer.ok() || answer.index() < told) {
        return Instances.NONE;
      }
      return ConsulEntries.parse(target.service(), answer.body()).instances().in(better);
    } catch (IOException | MalformedAnswerException e) {
      // The list, which is asked for next, tells it anyway.
      return Instances.NONE;
    }
  }

  private void heard(URI asked, ConsulHttp.Answer answer, int skipped, boolean confirmed) {
    Progress before = progress;
    String trouble = answer.leaderless() ? asked + ": the servers have no leader" : "";
    if (before.known == null || !trouble.equals(before.trouble)) {
      LOG.log(
          trouble.isEmpty() ? System.Logger.Level.INFO : System.Logger.Level.WARNING,
          "consul source={0} state={1}",
          target,
          trouble.isEmpty() ? "connected" : "leaderless");
    }
    Knowledge now = new Knowledge(System.nanoTime(), answer.lastContact());
    progress = new Progress(
        before.queries + 1,
        before.errors,
        before.skipped + skipped,
        confirmed ? now : before.known,
        trouble);
  }

  /** Delivers what is new; if nothing is, what was delivered last if it is confirmed. */
  private void know(Instances now, boolean confirmed) {
    List<Endpoint> last = delivered;
    if (last == null || !now.equals(instances)) {
      instances = now;
      delivered = now.endpoints();
      deliver(delivered);
    } else if (!last.isEmpty() && confirmed) {
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

  private void failed(String trouble) {
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
    status.restart();
    progress =
        new Progress(before.queries + 1, before.errors + 1, before.skipped, before.known, trouble);
    listDueNanos = System.nanoTime() + pacer.failed(target.agents().size(), random);
  }

  /** One exchange with an agent; returns what was wrong with it, or nothing. */
  private interface Question {
    String ask() throws IOException, MalformedAnswerException, InterruptedException;
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
