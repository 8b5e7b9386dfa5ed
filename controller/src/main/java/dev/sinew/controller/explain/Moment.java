// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.explain;

import dev.sinew.Expect;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How people say and read times.
 *
 * @param now the present
 * @param zone where they are
 */
public record Moment(Instant now, ZoneId zone) {
  private static final Pattern AGO = Pattern.compile("-(\\d{1,6})(s|m|h|d)");
  private static final Pattern CLOCK = Pattern.compile("\\d{2}:\\d{2}(:\\d{2})?");
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);
  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);

  /**
   * Reads {@code 2026-11-22T14:03:20Z}, {@code 14:03[:20]} (the latest such time that has been) or
   * {@code -15m} (also s, h, d).
   *
   * @throws IllegalArgumentException if it is none of these
   */
  public Instant parse(String text) {
    Matcher ago = AGO.matcher(text);
    try {
      if (ago.matches()) {
        long count = Long.parseLong(ago.group(1));
        return now.minus(
            ago.group(2).equals("d")
                ? Duration.ofDays(count)
                : Duration.parse("PT" + count + ago.group(2).toUpperCase(Locale.ROOT)));
      }
      if (CLOCK.matcher(text).matches()) {
        ZonedDateTime today = now.atZone(zone).with(LocalTime.parse(text));
        return (today.toInstant().isAfter(now) ? today.minusDays(1) : today).toInstant();
      }
      return Instant.parse(text);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          Expect.message("time", text, "2026-11-22T14:03:20Z, 14:03, 14:03:20 or -15m"), e);
    }
  }

  /** The time of day, and the date if it is not today's. */
  String show(Instant at) {
    ZonedDateTime then = at.atZone(zone);
    boolean today = then.toLocalDate().equals(now.atZone(zone).toLocalDate());
    return then.format(today ? TIME : DAY);
  }

  /** A length of time in the largest unit that fits: {@code 40 s}, {@code 3 min}, {@code 2 h}. */
  static String length(Duration time) {
    long seconds = Math.max(0, time.toSeconds());
    if (seconds < 120) {
      return seconds + " s";
    }
    if (seconds < 2 * 3600) {
      return seconds / 60 + " min";
    }
    return seconds < 2 * 86_400 ? seconds / 3600 + " h" : seconds / 86_400 + " days";
  }
}
