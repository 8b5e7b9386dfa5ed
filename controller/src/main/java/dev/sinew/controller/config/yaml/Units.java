// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.config.yaml;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Quantities as people write them. A unit is never guessed; what is too large for the type is the
 * type's largest value, so that a check of a range refuses it.
 */
public final class Units {
  private static final String NUMBER = "(\\d{1,18}(?:\\.\\d{1,9})?)";
  private static final Pattern PART = Pattern.compile(NUMBER + "(ms|s|m|h)");
  private static final Pattern PERCENT = Pattern.compile(NUMBER + " ?%");
  private static final Pattern PLAIN = Pattern.compile(NUMBER);
  private static final Pattern RATE = Pattern.compile(NUMBER + " ?/ ?(s|m|h)");
  private static final Pattern SIZE = Pattern.compile(NUMBER + " ?(B|KiB|MiB|GiB)");
  private static final Map<String, Long> NANOS =
      Map.of("ms", 1_000_000L, "s", 1_000_000_000L, "m", 60_000_000_000L, "h", 3_600_000_000_000L);
  private static final Map<String, Long> BYTES =
      Map.of("B", 1L, "KiB", 1L << 10, "MiB", 1L << 20, "GiB", 1L << 30);
  private static final BigDecimal MOST = BigDecimal.valueOf(Long.MAX_VALUE);
  private static final int LONGEST = 64;

  private Units() {}

  /** {@code 250ms}, {@code 15s}, {@code 1m30s}, {@code 2h}, in nanoseconds. */
  static OptionalLong nanos(String text) {
    Matcher part = PART.matcher(text);
    BigDecimal nanos = BigDecimal.ZERO;
    int at = 0;
    while (text.length() <= LONGEST && part.find() && part.start() == at) {
      nanos = nanos.add(times(part.group(1), NANOS.getOrDefault(part.group(2), 1L)));
      at = part.end();
    }
    return at == 0 || at < text.length() ? OptionalLong.empty() : OptionalLong.of(whole(nanos));
  }

  /** {@code 70%} or {@code 0.7}, as 0.7. */
  static OptionalDouble share(String text) {
    Matcher percent = PERCENT.matcher(text);
    return percent.matches()
        ? OptionalDouble.of(new BigDecimal(percent.group(1)).movePointLeft(2).doubleValue())
        : number(text);
  }

  /** {@code 32} or {@code 0.5}. */
  static OptionalDouble number(String text) {
    return PLAIN.matcher(text).matches()
        ? OptionalDouble.of(Double.parseDouble(text))
        : OptionalDouble.empty();
  }

  /** {@code 200/s}, {@code 12000/m}, in 1/s. */
  static OptionalDouble perSecond(String text) {
    Matcher rate = RATE.matcher(text);
    if (!rate.matches()) {
      return OptionalDouble.empty();
    }
    double seconds = NANOS.getOrDefault(rate.group(2), 1L) / 1e9;
    return OptionalDouble.of(Double.parseDouble(rate.group(1)) / seconds);
  }

  /** {@code 512KiB}, {@code 8MiB}, in bytes. */
  static OptionalLong bytes(String text) {
    Matcher size = SIZE.matcher(text);
    return size.matches()
        ? OptionalLong.of(whole(times(size.group(1), BYTES.getOrDefault(size.group(2), 1L))))
        : OptionalLong.empty();
  }

  /** A duration of whole milliseconds as it may be written, such as {@code 1m30s}. */
  public static String text(Duration duration) {
    long millis = duration.toMillis();
    if (millis == 0 || millis % 1000 != 0) {
      return millis == 0 ? "0s" : millis + "ms";
    }
    long seconds = millis / 1000;
    String hours = seconds >= 3600 ? seconds / 3600 + "h" : "";
    String minutes = seconds % 3600 >= 60 ? seconds % 3600 / 60 + "m" : "";
    return hours + minutes + (seconds % 60 > 0 ? seconds % 60 + "s" : "");
  }

  /** A size in the largest unit that needs no fraction. */
  static String text(long bytes) {
    if (bytes >= 1L << 30 && bytes % (1L << 30) == 0) {
      return (bytes >> 30) + "GiB";
    }
    return bytes % (1L << 20) == 0 ? (bytes >> 20) + "MiB" : (bytes >> 10) + "KiB";
  }

  private static BigDecimal times(String number, long unit) {
    return new BigDecimal(number).multiply(BigDecimal.valueOf(unit));
  }

  private static long whole(BigDecimal number) {
    return number.min(MOST).longValue();
  }
}
