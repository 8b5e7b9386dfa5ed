// SPDX-License-Identifier: Apache-2.0
package dev.sinew.autoscaler.demand;

import dev.sinew.Expect;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** How figures appear in reasons: one decimal at most, the same in every locale. */
public final class Figures {
  private static final int MOST_NAMES = 3;

  private Figures() {}

  /** A number with one decimal, or none if it is whole: {@code 4.3}, {@code 560}. */
  public static String number(double value) {
    String text = String.format(Locale.ROOT, "%.1f", value);
    return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
  }

  /** A share in percent: 0.7 is {@code 70 %}. */
  public static String percent(double share) {
    return number(share * 100) + " %";
  }

  /** A length of time in seconds: {@code 300 s}. */
  public static String seconds(Duration time) {
    return number(time.toMillis() / 1e3) + " s";
  }

  /** A number of replicas: {@code 1 replica}, {@code 4.3 replicas}. */
  public static String replicas(double count) {
    String number = number(count);
    return number + (number.equals("1") ? " replica" : " replicas");
  }

  /** The first three names, safe to print: {@code a, b, c and 2 more}. */
  public static String names(List<String> names) {
    String first =
        names.stream().limit(MOST_NAMES).map(Expect::printable).collect(Collectors.joining(", "));
    int more = names.size() - MOST_NAMES;
    return more > 0 ? first + " and " + more + " more" : first;
  }
}
