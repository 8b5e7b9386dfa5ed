// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.prometheus;

import dev.sinew.Expect;
import java.math.BigDecimal;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The share of calls that shall be good, of one service or of all that have no other.
 *
 * @param service its name, or empty for all others
 * @param percent 95 to 99.999, with up to three decimals
 */
public record Objective(String service, BigDecimal percent) {
  private static final Pattern FORM =
      Pattern.compile("(?:([A-Za-z0-9][A-Za-z0-9._-]{0,99})=)?(\\d{2}(?:\\.\\d{1,3})?) ?%");
  private static final String EXPECTED = "95% to 99.999%, or SERVICE= before it";
  // Below 93 % a budget cannot be spent 14.4 times as fast as it lasts, and nobody would be called.
  private static final BigDecimal LEAST = BigDecimal.valueOf(95);

  /** Checks the share. */
  public Objective {
    Expect.that(
        percent.compareTo(LEAST) >= 0
            && percent.compareTo(BigDecimal.valueOf(100)) < 0
            && percent.scale() <= 3,
        "objective",
        percent.toPlainString() + "%",
        EXPECTED);
  }

  /**
   * {@code 99.9%} for every service, {@code orders=99.95%} for one.
   *
   * @throws IllegalArgumentException that says what was expected
   */
  public static Objective parse(String text) {
    Matcher parts = FORM.matcher(text);
    Expect.that(parts.matches(), "objective", text, EXPECTED);
    String service = parts.group(1);
    return new Objective(service == null ? "" : service, new BigDecimal(parts.group(2)));
  }

  /** The share of calls that may be bad, as {@code 0.001}. */
  String budget() {
    return BigDecimal.valueOf(100)
        .subtract(percent)
        .movePointLeft(2)
        .stripTrailingZeros()
        .toPlainString();
  }
}
