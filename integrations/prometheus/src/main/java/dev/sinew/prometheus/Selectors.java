// SPDX-License-Identifier: Apache-2.0
package dev.sinew.prometheus;

import dev.sinew.Expect;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The series that a PromQL expression names, found by its words without understanding it.
 *
 * <p>An answer bears the time at which it was evaluated, never that of the samples it rests on, and a
 * rate goes on for its whole window after the last sample. So their times are asked for by another
 * expression, which has {@code timestamp} of every selector; series that Prometheus has marked stale are
 * not in it. An expression that looks into the past by {@code offset} or {@code @} is refused, because
 * a signal speaks of the present.
 */
final class Selectors {
  private static final int MOST = 16;
  private static final String STRING =
      "\"(?:[^\"\\\\\\n]++|\\\\.)*+\"|'(?:[^'\\\\\\n]++|\\\\.)*+'|`[^`]*+`";
  private static final Pattern TOKEN = Pattern.compile("(?<space>\\s+|#[^\\n]*)"
      + "|(?<string>" + STRING + ")"
      + "|(?<number>\\.?[0-9][0-9a-zA-Z_.]*(?:(?<=[eE])[+-][0-9]+)?)"
      + "|(?<word>[a-zA-Z_:][a-zA-Z0-9_:]*)"
      + "|(?<braces>\\{(?:[^\"'`{}]++|" + STRING + ")*+\\})"
      + "|(?<brackets>\\[[^\\]\"'`]*\\])"
      + "|(?<other>[-+*/%^=!<>~(),@])");
  private static final Set<String> BEFORE_LABELS =
      Set.of("by", "without", "on", "ignoring", "group_left", "group_right");
  private static final Set<String> OPERATORS =
      Set.of("and", "or", "unless", "atan2", "bool", "inf", "nan");
  private static final Set<String> AGGREGATIONS = Set.of(
      "sum",
      "min",
      "max",
      "avg",
      "group",
      "stddev",
      "stdvar",
      "count",
      "count_values",
      "bottomk",
      "topk",
      "quantile",
      "limitk",
      "limit_ratio");

  private final String promql;
  private final Matcher matcher;
  private final Set<String> found = new LinkedHashSet<>();
  private String pending = "";

  private Selectors(String promql) {
    this.promql = promql;
    this.matcher = TOKEN.matcher(promql);
  }

  /**
   * The distinct selectors, without their ranges.
   *
   * @throws IllegalArgumentException if it names none or more than 16, looks into the past, or is no
   *     PromQL by its words
   */
  static List<String> of(String promql) {
    Selectors selectors = new Selectors(promql);
    selectors.scan();
    int count = selectors.found.size();
    Expect.that(count >= 1 && count <= MOST, "query", promql, "PromQL that names 1 to 16 series");
    return List.copyOf(selectors.found);
  }

  /** An expression for the time of the oldest sample that an expression rests on, for each replica. */
  static String times(String promql) {
    List<String> all = of(promql);
    StringBuilder times = new StringBuilder();
    for (int i = 0; i < all.size(); i++) {
      String time = "timestamp(" + all.get(i) + ")";
      // Without the metric's name two series may look alike, and "or" would keep one of them only.
      times.append(i == 0 ? "" : " or ");
      times.append(
          all.size() == 1
              ? time
              : "label_replace(" + time + ", \"selector\", \"" + i + "\", \"\", \"\")");
    }
    return "min by (" + InstantAnswer.REPLICA + ") (" + times + ")";
  }

  private void scan() {
    int at = 0;
    while (at < promql.length()) {
      matcher.region(at, promql.length());
      Expect.that(matcher.lookingAt(), "query", promql, "PromQL");
      at = matcher.end();
      if (matcher.group("space") == null) {
        at = token(at);
      }
    }
    flush();
  }

  /** Takes the token that was found and says where the next one begins. */
  private int token(int end) {
    String braces = matcher.group("braces");
    if (braces != null) {
      found.add(pending + braces);
      pending = "";
      return end;
    }
    flush();
    String word = matcher.group("word");
    if (word != null) {
      return word(word, end);
    }
    String text = matcher.group();
    Expect.that(!text.equals("@"), "query", promql, "PromQL of the present, without @");
    return end;
  }

  private int word(String word, int end) {
    String lower = word.toLowerCase(java.util.Locale.ROOT);
    Expect.that(!lower.equals("offset"), "query", promql, "PromQL of the present, without offset");
    if (BEFORE_LABELS.contains(lower)) {
      return afterLabels(end);
    }
    boolean call = next(end) == '(';
    if (!call && !OPERATORS.contains(lower) && !AGGREGATIONS.contains(lower)) {
      pending = word;
    }
    return end;
  }

  /** Labels are words, too. */
  private int afterLabels(int end) {
    if (next(end) != '(') {
      return end;
    }
    int close = promql.indexOf(')', end);
    return close < 0 ? promql.length() : close + 1;
  }

  private char next(int from) {
    for (int i = from; i < promql.length(); i++) {
      if (!Character.isWhitespace(promql.charAt(i))) {
        return promql.charAt(i);
      }
    }
    return ' ';
  }

  private void flush() {
    if (!pending.isEmpty()) {
      found.add(pending);
      pending = "";
    }
  }
}
