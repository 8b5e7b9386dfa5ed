// SPDX-License-Identifier: Apache-2.0
package dev.sinew.benchmarks.growth;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.function.Function;

/** The figures of several sizes as a Markdown table: a column for each size. */
final class GrowthTable {
  private static final double MIB = 1024 * 1024;
  private static final double SHOWN_CORES = 0.005;

  private GrowthTable() {}

  static String text(List<Figures> runs) {
    List<String> lines = new ArrayList<>();
    lines.add(row("replicas", runs, run -> String.valueOf(run.replicas())));
    lines.add("|---|" + "--:|".repeat(runs.size()));
    start(lines, runs);
    intake(lines, runs);
    loop(lines, runs);
    process(lines, runs);
    return String.join("\n", lines) + "\n";
  }

  private static void start(List<String> lines, List<Figures> runs) {
    lines.add(row(
        "first full view, s",
        runs,
        run -> run.start().seen() < run.replicas()
            ? "only " + run.start().seen()
            : number(run.start().millis() / 1e3)));
    lines.add(row("… its processor time, s", runs, run -> number(run.start().cpuMillis() / 1e3)));
    lines.add(row("… most threads", runs, run -> number(run.start().mostThreads())));
  }

  private static void intake(List<String> lines, List<Figures> runs) {
    lines.add(row("reports per second", runs, run -> number(run.intake().perSecond())));
    lines.add(row("lost reports", runs, run -> number(run.intake().lost())));
    lines.add(row(
        "stale / reconnects",
        runs,
        run -> run.intake().stale() + " / " + run.intake().reconnects()));
    lines.add(row("fewest replicas seen", runs, run -> number(run.intake().leastSeen())));
    lines.add(row(
        "age at reading p50 / p99 / max, ms", runs, run -> spread(run.intake().ageMillis())));
    lines.add(
        row("processor time per report, µs", runs, run -> number(run.intake().cpuMicros())));
  }

  private static void loop(List<String> lines, List<Figures> runs) {
    lines.add(row(
        "ticks / signals in each",
        runs,
        run -> run.ticks().count() + " / " + run.ticks().signals()));
    lines.add(row("tick p50 / p99 / max, ms", runs, run -> spread(run.ticks().millis())));
    lines.add(row("changes of the number", runs, run -> number(run.ticks().changes())));
    lines.add(row(
        "log records / KiB each / shortened",
        runs,
        run -> run.log().records() + " / "
            + number(run.log().bytes() / 1024.0 / Math.max(1, run.log().records())) + " / "
            + run.log().shortened()));
    lines.add(row("processor time per tick, ms", runs, run -> number(run.ticks().cpuMillis())));
  }

  private static void process(List<String> lines, List<Figures> runs) {
    lines.add(row("cores in use", runs, run -> cores(run.use().cores())));
    TreeSet<String> kinds = new TreeSet<>();
    runs.forEach(run -> kinds.addAll(run.use().coresByThread().keySet()));
    for (String kind : kinds) {
      Function<Figures, Double> share = run -> run.use().coresByThread().getOrDefault(kind, 0.0);
      if (runs.stream().anyMatch(run -> share.apply(run) >= SHOWN_CORES)) {
        lines.add(row("… " + kind, runs, run -> cores(share.apply(run))));
      }
    }
    lines.add(row(
        "collections / ms",
        runs,
        run -> run.use().gcPauses() + " / " + run.use().gcMillis()));
    lines.add(row("live heap, MiB", runs, run -> number(run.use().heapBytes() / MIB)));
    lines.add(
        row("… per replica, KiB", runs, run -> each(run, runs.get(0), use -> use.heapBytes())));
    lines.add(row("resident, MiB", runs, run -> number(run.use().residentBytes() / MIB)));
    lines.add(
        row("… per replica, KiB", runs, run -> each(run, runs.get(0), use -> use.residentBytes())));
    lines.add(row(
        "threads / open files",
        runs,
        run -> run.use().threads() + " / " + run.use().openFiles()));
  }

  /** What each replica beyond those of the first run adds. */
  private static String each(Figures run, Figures first, Function<Figures.Use, Long> bytes) {
    int more = run.replicas() - first.replicas();
    return more <= 0
        ? "–"
        : number((bytes.apply(run.use()) - bytes.apply(first.use())) / 1024.0 / more);
  }

  private static String row(String name, List<Figures> runs, Function<Figures, String> value) {
    StringBuilder row = new StringBuilder("| ").append(name).append(" |");
    runs.forEach(run -> row.append(' ').append(value.apply(run)).append(" |"));
    return row.toString();
  }

  private static String number(long value) {
    return String.valueOf(value);
  }

  private static String spread(Spread spread) {
    return number(spread.p50()) + " / " + number(spread.p99()) + " / " + number(spread.max());
  }

  private static String cores(double share) {
    return String.format(Locale.ROOT, "%.2f", share);
  }

  /** Three digits, or all before the point. */
  static String number(double value) {
    int decimals = value >= 100 ? 0 : value >= 10 ? 1 : 2;
    String text = String.format(Locale.ROOT, "%." + decimals + "f", value);
    return text.contains(".") ? text.replaceFirst("\\.?0+$", "") : text;
  }
}
