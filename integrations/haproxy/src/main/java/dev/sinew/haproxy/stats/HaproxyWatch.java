// SPDX-License-Identifier: Apache-2.0
package dev.sinew.haproxy.stats;

import dev.sinew.Expect;
import dev.sinew.haproxy.socket.HaproxyException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Looks at one HAProxy again and again, and keeps the latest that it said.
 *
 * <p>{@link #look} is called by one thread; everything else may be by any.
 */
final class HaproxyWatch {
  private static final System.Logger LOG = System.getLogger(HaproxyWatch.class.getName());
  private static final String PREFIX = "sinew.";

  /** Asks HAProxy; blocks for a bounded time. */
  @FunctionalInterface
  interface Question {
    String ask(String command) throws IOException;
  }

  private final String name;
  private final Question question;
  private final HaproxySignalSettings settings;
  private final InstantSource clock;
  private final BackendMeter meter;
  private final Map<String, Long> failures = new TreeMap<>();
  private String lastFailure = "not asked yet";
  private boolean known = true;
  private volatile @Nullable Observation latest;

  HaproxyWatch(
      String name, Question question, HaproxySignalSettings settings, InstantSource clock) {
    this.name = name;
    this.question = question;
    this.settings = settings;
    this.clock = clock;
    this.meter = new BackendMeter(settings.grpc(), settings.freshness(), this::count);
  }

  /** Asks once. Never throws; what goes wrong is counted. */
  void look(LongSupplier nanoClock) {
    try {
      long asked = nanoClock.getAsLong();
      String text = question.ask(StatAnswer.question(settings.backend()));
      long arrived = nanoClock.getAsLong();
      Instant at = clock.instant();
      StatAnswer answer = StatAnswer.read(text, settings.backend());
      answer.doubts().forEach(this::count);
      latest = observation(meter.next(answer, asked, arrived), at);
      state(answer.doubts().isEmpty() ? "" : "doubtful: " + answer.doubts());
    } catch (HaproxyException e) {
      failed(e.reason().name().toLowerCase(Locale.ROOT), e);
    } catch (UnreadableException e) {
      failed(e.reason(), e);
    } catch (IOException | RuntimeException | Error e) {
      failed("failure", e);
    }
  }

  /** What it last said, or null as long as it said nothing. */
  @Nullable Observation latest() {
    return latest;
  }

  /** How often what went wrong, by the reason in a word. */
  synchronized Map<String, Long> failures() {
    return Map.copyOf(failures);
  }

  /** What is wrong at present; empty if nothing is. */
  synchronized String lastFailure() {
    return lastFailure;
  }

  private Observation observation(Map<String, Figures> figures, Instant at) {
    Map<String, Figures> replicas = new HashMap<>();
    Set<String> twice = new HashSet<>();
    figures.forEach((row, load) -> {
      if (row.equals(StatRow.WHOLE)) {
        return;
      }
      String replica = row.startsWith(PREFIX) ? row.substring(PREFIX.length()) : row;
      if (replicas.put(replica, load) != null) {
        twice.add(replica);
      }
    });
    // Unknown, not absent: absent would mean that no call goes to it.
    twice.forEach(replica -> {
      count("twice");
      replicas.put(replica, Figures.UNKNOWN);
    });
    Figures whole = figures.getOrDefault(StatRow.WHOLE, Figures.UNKNOWN);
    return new Observation(at, whole, replicas);
  }

  private void failed(String reason, Throwable e) {
    count(reason);
    state(Expect.printable(String.valueOf(e.getMessage())));
  }

  private void count(String reason) {
    count(reason, 1);
  }

  private synchronized void count(String reason, long times) {
    failures.merge(reason, times, Long::sum);
  }

  /** Keeps what is wrong, and says so once when it begins and when it ends. */
  private synchronized void state(String wrong) {
    lastFailure = wrong;
    boolean now = wrong.isEmpty();
    if (now == known) {
      return;
    }
    known = now;
    LOG.log(
        now ? Level.INFO : Level.WARNING,
        "haproxy={0} backend={1} statistics={2}",
        name,
        settings.backend(),
        now ? "known" : wrong);
  }
}
