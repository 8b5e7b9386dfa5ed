// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.config.yaml;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A mapping with known keys. Asked for a key that is missing, it hands back what was offered. */
public final class Section {
  private static final Pattern CAPITAL = Pattern.compile("(?<=[a-z0-9])[A-Z]");

  private final Value self;
  private final Map<String, Value> values;
  private final boolean whole;

  /**
   * Made by {@link Value#section}.
   *
   * @param whole false if it is no mapping at all, so that what it lacks needs no further word
   */
  Section(Value self, Map<String, Value> values, boolean whole) {
    this.self = self;
    this.values = values;
    this.whole = whole;
  }

  /** {@code onControllerLoss} as {@code on-controller-loss}, if that is a known key. */
  static String canonical(String key, List<String> keys) {
    String kebab =
        CAPITAL.matcher(key).replaceAll(letter -> "-" + letter.group().toLowerCase(Locale.ROOT));
    return keys.contains(kebab) ? kebab : key;
  }

  /** The value of a key, or null if there is none. */
  public @Nullable Value get(String key) {
    return values.get(key);
  }

  /** Whether there is such a key. */
  public boolean has(String key) {
    return values.containsKey(key);
  }

  /**
   * The value of a key that must be there, or null.
   *
   * @param expected how it may look, for the finding if it is missing
   */
  public @Nullable Value require(String key, String expected) {
    Value value = values.get(key);
    if (value == null && whole) {
      self.at(key).error("nothing", expected);
    }
    return value;
  }

  /** A place at which to report something: of a key, or of the section if it has no such key. */
  public Value place(String key) {
    Value value = values.get(key);
    return value == null ? self.at(key) : value;
  }

  /** A section in this one, empty if it is missing. */
  public Section section(String key, List<String> keys) {
    Value value = values.get(key);
    return value == null ? new Section(self.at(key), Map.of(), false) : value.section(keys);
  }

  /** A whole number. */
  public int whole(String key, int min, int max, int otherwise) {
    Value value = values.get(key);
    return value == null ? otherwise : value.whole(min, max, otherwise);
  }

  /** A duration. */
  public Duration duration(String key, Duration min, Duration max, Duration otherwise) {
    Value value = values.get(key);
    return value == null ? otherwise : value.duration(min, max, otherwise);
  }

  /** A share, as {@code 70%}. */
  public double share(String key, double min, double max, double otherwise) {
    Value value = values.get(key);
    return value == null ? otherwise : value.share(min, max, otherwise);
  }

  /** A size in bytes. */
  public long bytes(String key, long min, long max, long otherwise) {
    Value value = values.get(key);
    return value == null ? otherwise : value.bytes(min, max, otherwise);
  }

  /** {@code true} or {@code false}. */
  public boolean flag(String key, boolean otherwise) {
    Value value = values.get(key);
    return value == null ? otherwise : value.flag(otherwise);
  }

  /** One of several words; the first one if it is missing or none of them. */
  public String word(String key, List<String> words) {
    Value value = values.get(key);
    return value == null ? words.get(0) : value.word(words, words.get(0));
  }

  /** A text of a certain form. */
  public String text(String key, Pattern form, String expected, String otherwise) {
    Value value = values.get(key);
    return value == null ? otherwise : value.text(form, expected, otherwise);
  }
}
