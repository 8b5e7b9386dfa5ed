// SPDX-License-Identifier: Apache-2.0
package dev.sinew.prometheus;

import dev.sinew.Expect;
import dev.sinew.autoscaler.signal.Metric;
import dev.sinew.autoscaler.signal.Signal;
import dev.sinew.autoscaler.signal.SignalSource;
import dev.sinew.prometheus.http.Failure;
import dev.sinew.prometheus.http.PrometheusHttp;
import dev.sinew.prometheus.http.PrometheusHttp.Asked;
import dev.sinew.prometheus.http.PrometheusTarget;
import dev.sinew.prometheus.http.UnusableAnswerException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Signals of one service from a Prometheus, asked by PromQL once an interval.
 *
 * <p>A signal bears the time of the oldest sample that it rests on, not the time of the answer: for each
 * metric the times of the samples are asked first and the values then. So neither the five minutes that
 * Prometheus looks back nor the window of a rate makes something old look fresh, and a replica whose
 * scrape fails is unknown one scrape later. What this cannot see: a replica that is missing from a sum
 * over the whole service, because only the replicas' own series could be missed; and the age of what a
 * recording rule has read, because its result is a sample of its own. So prefer expressions
 * {@code by (replica)}.
 *
 * <p>An answer that can be read replaces all that was known of its metric. One that is missing, late or
 * broken leaves what is known until it is stale. Each failure is counted by its kind.
 *
 * <p>Bounds: two questions for each of at most seven metrics in a round, all of them over after nine
 * tenths of the interval and 5 s at most; bodies of 4 MiB, 20 000 series.
 */
public final class PrometheusSignalSource implements SignalSource, AutoCloseable {
  private static final System.Logger LOG = System.getLogger(PrometheusSignalSource.class.getName());
  private static final int LARGEST_BODY = 4 * 1024 * 1024;
  private static final Duration LONGEST_ROUND = Duration.ofSeconds(5);

  private final PrometheusHttp http;
  private final PrometheusTarget target;
  private final PrometheusQueries queries;
  private final Duration freshness;
  private final InstantSource clock;
  private final long roundNanos;
  private final Pace pace;
  private final Thread thread;
  private final RandomGenerator random = new SplittableRandom();
  private final Map<Metric, List<Signal>> known = new EnumMap<>(Metric.class);
  private final Map<Failure, Long> failures = new ConcurrentHashMap<>();
  private volatile List<Signal> signals = List.of();
  private volatile String lastFailure = "";
  private volatile @Nullable Instant lastGood;
  private volatile boolean closed;
  private State state = State.NEW;

  private enum State {
    NEW,
    WELL,
    PARTIAL,
    FAILING
  }

  private PrometheusSignalSource(
      PrometheusTarget target,
      PrometheusQueries queries,
      Duration interval,
      Duration freshness,
      InstantSource clock) {
    Expect.that(
        interval.toMillis() >= 100 && interval.compareTo(Duration.ofHours(1)) <= 0,
        "interval",
        interval,
        "100 ms to 1 h");
    Expect.that(
        freshness.toMillis() >= 100 && freshness.compareTo(Duration.ofHours(2)) <= 0,
        "freshness",
        freshness,
        "100 ms to 2 h");
    Expect.that(!queries.tells().isEmpty(), "queries", queries.tells(), "at least one metric");
    this.http = new PrometheusHttp(target);
    this.target = target;
    this.queries = queries;
    this.freshness = freshness;
    this.clock = clock;
    this.roundNanos = Math.min(LONGEST_ROUND.toNanos(), interval.toNanos() / 10 * 9);
    this.pace = new Pace(interval);
    this.thread = new Thread(this::run, "sinew-prometheus-" + queries.service());
    thread.setDaemon(true);
  }

  /**
   * Begins to ask.
   *
   * @param interval between rounds, 100 ms to 1 h
   * @param freshness the greatest age of a sample, 100 ms to 2 h; at least two scrape intervals and one of
   *     these, or replicas come and go between two scrapes
   * @param clock tells when a question was asked
   * @throws IllegalArgumentException if an argument is out of range or the CA cannot be read
   */
  public static PrometheusSignalSource start(
      PrometheusTarget target,
      PrometheusQueries queries,
      Duration interval,
      Duration freshness,
      InstantSource clock) {
    PrometheusSignalSource source =
        new PrometheusSignalSource(target, queries, interval, freshness, clock);
    source.thread.start();
    return source;
  }

  @Override
  public List<Signal> read(Instant now) {
    return signals.stream()
        .filter(signal -> {
          Duration age = Duration.between(signal.at(), now);
          return !age.isNegative() && age.compareTo(freshness) <= 0;
        })
        .toList();
  }

  /** The metrics that it asks for. */
  public Set<Metric> tells() {
    return queries.tells();
  }

  /** How often each kind of failure has left something unknown, by {@link Failure#word}. */
  public Map<String, Long> failures() {
    Map<String, Long> words = new TreeMap<>();
    failures.forEach((failure, count) -> words.put(failure.word(), count));
    return Collections.unmodifiableMap(words);
  }

  /** What the last round left unknown, in one sentence without secrets; empty if nothing. */
  public String lastFailure() {
    return lastFailure;
  }

  /** When the last round was asked that made anything known; null if none did. */
  public @Nullable Instant lastGood() {
    return lastGood;
  }

  /** Ends the questions. Never throws. */
  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    try {
      thread.join(2_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      while (!closed) {
        TimeUnit.NANOSECONDS.sleep(round());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Asks for every metric once and says how long to wait before the next round. */
  private long round() throws InterruptedException {
    long begun = System.nanoTime();
    Round round = new Round(begun + roundNanos, clock.instant());
    try {
      round.ask();
    } catch (RuntimeException | Error e) {
      // Whatever an answer provokes must not end the questions.
      LOG.log(System.Logger.Level.ERROR, "prometheus source=" + target + " state=failed", e);
      round.failed(Failure.MALFORMED, 1, "an answer provoked " + e.getClass().getSimpleName());
    } finally {
      round.cancel();
    }
    publish(round);
    long spent = System.nanoTime() - begun;
    return round.answered > 0
        ? pace.good(spent)
        : pace.failed(spent, round.retryAfter.toNanos(), random);
  }

  private void publish(Round round) {
    List<Signal> all = new ArrayList<>();
    known.values().forEach(all::addAll);
    signals = List.copyOf(all);
    if (round.found > 0) {
      lastGood = round.asked;
    }
    lastFailure = round.trouble.toString();
    State before = state;
    state = lastFailure.isEmpty() ? State.WELL : round.found > 0 ? State.PARTIAL : State.FAILING;
    if (state != before) {
      LOG.log(
          state == State.WELL ? System.Logger.Level.INFO : System.Logger.Level.WARNING,
          "prometheus source={0} service={1} state={2} unknown=\"{3}\"",
          target,
          Expect.printable(queries.service()),
          word(state),
          lastFailure);
    }
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** One round of questions. */
  private final class Round {
    private final long deadlineNanos;
    private final Instant asked;
    private final List<Asked> underWay = new ArrayList<>();
    private final StringBuilder trouble = new StringBuilder();
    private final Set<Failure> told = EnumSet.noneOf(Failure.class);
    private Duration retryAfter = Duration.ZERO;
    private int answered;
    private int found;

    Round(long deadlineNanos, Instant asked) {
      this.deadlineNanos = deadlineNanos;
      this.asked = asked;
    }

    /** The times of all metrics at once, then the values: those that are there late are not asked. */
    void ask() throws InterruptedException {
      List<MetricQuery> all = queries.all();
      List<Asked> times = all.stream().map(query -> get(query.times())).toList();
      long halfNanos = deadlineNanos - roundNanos / 2;
      Map<MetricQuery, InstantAnswer> ages = new LinkedHashMap<>();
      List<Asked> values = new ArrayList<>();
      for (int i = 0; i < all.size(); i++) {
        InstantAnswer answer = answer(all.get(i), times.get(i), halfNanos);
        if (answer != null) {
          ages.put(all.get(i), answer);
          values.add(get(all.get(i).values()));
        }
      }
      int i = 0;
      for (Map.Entry<MetricQuery, InstantAnswer> age : ages.entrySet()) {
        InstantAnswer answer = answer(age.getKey(), values.get(i++), deadlineNanos);
        if (answer != null) {
          take(age.getKey().metric(), age.getValue(), answer);
        }
      }
    }

    private Asked get(String promql) {
      Asked get = http.get("/api/v1/query?query=" + PrometheusHttp.encoded(promql), LARGEST_BODY);
      underWay.add(get);
      return get;
    }

    private @Nullable InstantAnswer answer(MetricQuery query, Asked question, long untilNanos)
        throws InterruptedException {
      try {
        return InstantAnswer.parse(question.body(untilNanos));
      } catch (UnusableAnswerException e) {
        retryAfter = e.retryAfter().compareTo(retryAfter) > 0 ? e.retryAfter() : retryAfter;
        failed(e.failure(), 1, word(query.metric()) + ": " + e.getMessage());
        return null;
      }
    }

    private void take(Metric metric, InstantAnswer times, InstantAnswer values) {
      answered++;
      Findings findings = Findings.of(metric, times, values, asked, freshness);
      found += findings.signals().size();
      known.put(metric, findings.signals());
      findings
          .failures()
          .forEach(
              (failure, count) -> failed(failure, count, word(metric) + ": " + failure.word()));
    }

    /** Counts, and tells of the first of each kind. */
    void failed(Failure failure, long count, String sentence) {
      failures.merge(failure, count, Long::sum);
      if (told.add(failure)) {
        trouble.append(trouble.isEmpty() ? "" : "; ").append(sentence);
      }
    }

    void cancel() {
      underWay.forEach(Asked::cancel);
    }
  }
}
