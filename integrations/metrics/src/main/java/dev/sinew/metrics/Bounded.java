// SPDX-License-Identifier: Apache-2.0
package dev.sinew.metrics;

import dev.sinew.Expect;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * What there is one of for each value of a label. Beyond a bound all further values are {@value #OTHER}
 * together, so that no caller can make series without end.
 */
final class Bounded<T> {
  static final String OTHER = "other";

  private static final int LONGEST = 100;

  private final int most;
  private final Function<String, T> make;
  private final ConcurrentHashMap<String, T> made = new ConcurrentHashMap<>();

  Bounded(int most, Function<String, T> make) {
    this.most = most;
    this.make = make;
  }

  /** That of a value; long values are cut, and characters that do not print are escaped. */
  T of(String value) {
    T known = made.get(value);
    return known != null ? known : add(value);
  }

  T other() {
    return of(OTHER);
  }

  private synchronized T add(String value) {
    T known = made.get(value);
    if (known != null) {
      return known;
    }
    if (made.size() >= most && !value.equals(OTHER)) {
      return other();
    }
    T fresh = make.apply(label(value));
    made.put(value, fresh);
    return fresh;
  }

  private static String label(String value) {
    String plain = Expect.printable(value);
    return plain.length() <= LONGEST ? plain : plain.substring(0, LONGEST);
  }
}
