// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.registry;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as Go writes them, such as {@code 1m30s} or {@code 250ms}. */
final class GoDuration {
  private static final Pattern PART =
      Pattern.compile("(\\d{1,18}(?:\\.\\d{0,9})?|\\.\\d{1,9})(ns|us|µs|μs|ms|s|m|h)");
  private static final Map<String, Long> NANOS = Map.of(
      "ns",
      1L,
      "us",
      1_000L,
      "µs",
      1_000L,
      "μs",
      1_000L,
      "ms",
      1_000_000L,
      "s",
      1_000_000_000L,
      "m",
      60_000_000_000L,
      "h",
      3_600_000_000_000L);
  private static final int LONGEST = 64;

  private GoDuration() {}

  /**
   * Reads a duration.
   *
   * @throws IllegalArgumentException if it is none, or longer than 292 years
   */
  static Duration parse(String text) {
    String unsigned = text.startsWith("-") || text.startsWith("+") ? text.substring(1) : text;
    if (unsigned.equals("0")) {
      return Duration.ZERO;
    }
    Matcher part = PART.matcher(unsigned);
    BigDecimal nanos = BigDecimal.ZERO;
    int at = 0;
    while (text.length() <= LONGEST && part.find() && part.start() == at) {
      BigDecimal unit = BigDecimal.valueOf(NANOS.getOrDefault(part.group(2), 1L));
      nanos = nanos.add(new BigDecimal(part.group(1)).multiply(unit));
      at = part.end();
    }
    boolean fits = nanos.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) <= 0;
    if (at == 0 || at < unsigned.length() || !fits) {
      throw new IllegalArgumentException("time: invalid duration \"" + text + '"');
    }
    long value = nanos.longValue();
    return Duration.ofNanos(text.startsWith("-") ? -value : value);
  }
}
