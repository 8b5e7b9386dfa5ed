// SPDX-License-Identifier: Apache-2.0
package dev.sinew.haproxy.stats;

import dev.sinew.Expect;
import dev.sinew.autoscaler.signal.Signal;
import dev.sinew.autoscaler.signal.SignalSource;
import dev.sinew.haproxy.socket.HaproxySocket;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Load signals from HAProxy's statistics, for any service behind it and in any language.
 *
 * <p>Of the whole backend: the calls that arrive, also those that wait or get a 503 because no server is left;
 * and of each server, where {@code sinew.X} speaks of the replica X. With several HAProxies everything is a sum
 * over all, and unknown while one of them is. After a reload the calls that the old process still has are
 * unseen.
 */
public final class HaproxySignalSource implements SignalSource, AutoCloseable {
  /** What its signals bear as their origin. */
  public static final String ORIGIN = "haproxy";

  private static final int MOST_HAPROXIES = 16;
  private static final Duration LONGEST_QUESTION = Duration.ofSeconds(1);

  private final HaproxySignalSettings settings;
  private final List<HaproxyWatch> watches;
  private final List<Thread> threads = new ArrayList<>();

  private HaproxySignalSource(HaproxySignalSettings settings, List<HaproxyWatch> watches) {
    this.settings = settings;
    this.watches = watches;
  }

  /**
   * Starts to look, with a thread for each HAProxy.
   *
   * @param haproxies all that stand in front of the service, 1 to 16
   */
  public static HaproxySignalSource start(
      List<HaproxySocket> haproxies, HaproxySignalSettings settings) {
    Expect.that(
        !haproxies.isEmpty() && haproxies.size() <= MOST_HAPROXIES,
        "haproxies",
        haproxies.size(),
        "1 to 16");
    Duration longest = settings.interval().compareTo(LONGEST_QUESTION) < 0
        ? settings.interval()
        : LONGEST_QUESTION;
    List<HaproxyWatch> watches = haproxies.stream()
        .map(socket -> new HaproxyWatch(
            socket.toString(), socket.within(longest)::ask, settings, InstantSource.system()))
        .toList();
    HaproxySignalSource source = new HaproxySignalSource(settings, watches);
    watches.forEach(source::run);
    return source;
  }

  /** A source whose HAProxies somebody else looks at. */
  static HaproxySignalSource of(HaproxySignalSettings settings, List<HaproxyWatch> watches) {
    return new HaproxySignalSource(settings, List.copyOf(watches));
  }

  @Override
  public List<Signal> read(Instant now) {
    List<Observation> fresh = watches.stream()
        .map(HaproxyWatch::latest)
        .filter(Objects::nonNull)
        .filter(one -> one.fresh(now, settings.freshness()))
        .toList();
    return fresh.size() == watches.size()
        ? Observation.signals(fresh, settings.whole(), now)
        : List.of();
  }

  /** How often what went wrong since the start, by the reason in a word. */
  public Map<String, Long> failures() {
    Map<String, Long> all = new TreeMap<>();
    watches.forEach(
        watch -> watch.failures().forEach((reason, count) -> all.merge(reason, count, Long::sum)));
    return Map.copyOf(all);
  }

  /** What is wrong at present, in one line; empty if nothing is. */
  public String lastFailure() {
    return watches.stream()
        .map(HaproxyWatch::lastFailure)
        .filter(text -> !text.isEmpty())
        .findFirst()
        .orElse("");
  }

  /** When the last answer came, of the HAProxy whose last answer is oldest; null if one never answered. */
  public @Nullable Instant lastGood() {
    Instant oldest = Instant.MAX;
    for (HaproxyWatch watch : watches) {
      Observation latest = watch.latest();
      if (latest == null) {
        return null;
      }
      oldest = latest.at().isBefore(oldest) ? latest.at() : oldest;
    }
    return oldest;
  }

  /** Ends the looking; does not wait for the last answers. */
  @Override
  public void close() {
    threads.forEach(Thread::interrupt);
  }

  private void run(HaproxyWatch watch) {
    Thread thread = new Thread(
        () -> {
          while (!Thread.currentThread().isInterrupted()) {
            watch.look(System::nanoTime);
            pause(settings.interval());
          }
        },
        "sinew-haproxy-stats");
    thread.setDaemon(true);
    threads.add(thread);
    thread.start();
  }

  private static void pause(Duration time) {
    try {
      TimeUnit.NANOSECONDS.sleep(time.toNanos());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
