// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.config.yaml;

import dev.sinew.controller.config.yaml.YamlNode.Entry;
import dev.sinew.controller.config.yaml.YamlNode.Mapping;
import dev.sinew.controller.config.yaml.YamlNode.Scalar;
import dev.sinew.controller.config.yaml.YamlNode.Sequence;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * A value of a document at its place. Each reading either gives what is written, or reports it and
 * gives what was offered instead.
 */
public final class Value {
  private static final Pattern WHOLE = Pattern.compile("-?(0|[1-9]\\d*)");
  private static final Pattern LEADING_ZEROS = Pattern.compile("0\\d+");
  private static final Pattern ANY = Pattern.compile("(?s).*");
  private static final int LONGEST_NUMBER = 9;

  private final YamlNode node;
  private final String path;
  private final Findings findings;
  private final boolean hidden;

  Value(YamlNode node, String path, Findings findings, boolean hidden) {
    this.node = node;
    this.path = path;
    this.findings = findings;
    this.hidden = hidden;
  }

  /** This value, never shown in a finding: it may be a secret. */
  public Value hide() {
    return new Value(node, path, findings, true);
  }

  /** Whether it is a mapping. */
  public boolean isMapping() {
    return node instanceof Mapping;
  }

  /** Whether a character occurs in its text. */
  public boolean contains(char c) {
    return raw().indexOf(c) >= 0;
  }

  /** Reports that something else was expected. */
  public void error(String expected) {
    error(shown(), expected);
  }

  /** Reports an error in words of its own. */
  public void error(String found, String expected) {
    findings.add(node, path, found, expected, true);
  }

  /** Reports a risk. */
  public void warn(String expected) {
    warn(shown(), expected);
  }

  /** Reports a risk in words of its own. */
  public void warn(String found, String expected) {
    findings.add(node, path, found, expected, false);
  }

  /** The same place, for a key that is not there. */
  Value at(String key) {
    return new Value(node, path.isEmpty() ? key : path + "." + key, findings, hidden);
  }

  /** A mapping with known keys; what else it has is reported. */
  public Section section(List<String> keys) {
    Map<String, Value> values = new LinkedHashMap<>();
    if (!(node instanceof Mapping mapping)) {
      error("a mapping with " + String.join(", ", keys));
      return new Section(this, values, false);
    }
    Map<String, Entry> firsts = new HashMap<>();
    for (Entry entry : mapping.entries()) {
      String key = Section.canonical(entry.key().text(), keys);
      if (keys.contains(key)) {
        put(values, firsts, key, entry);
      } else {
        Value place = hidden ? new Value(entry.key(), path, findings, true) : named(entry);
        place.error("unknown key", Suggestions.expected(key, keys));
      }
    }
    return new Section(this, values, true);
  }

  /**
   * A mapping with free keys, in its order.
   *
   * @param what it holds, as {@code services by name}
   */
  public Map<String, Value> entries(int min, int max, String what) {
    Map<String, Value> values = new LinkedHashMap<>();
    if (!(node instanceof Mapping mapping)) {
      error("a mapping: " + what);
      return values;
    }
    int size = mapping.entries().size();
    if (size < min || size > max) {
      error(size == 0 ? "an empty mapping" : size + " keys", min + " to " + max + " " + what);
      return values;
    }
    Map<String, Entry> firsts = new HashMap<>();
    for (Entry entry : mapping.entries()) {
      put(values, firsts, entry.key().text(), entry);
    }
    return values;
  }

  /** The keys of a mapping, each as a value of its own at its own place. */
  public Map<String, Value> keys() {
    Map<String, Value> keys = new LinkedHashMap<>();
    if (node instanceof Mapping mapping) {
      mapping.entries().forEach(entry -> keys.putIfAbsent(entry.key().text(), named(entry)));
    }
    return keys;
  }

  /**
   * A list.
   *
   * @param what it holds, as {@code words}
   */
  public List<Value> items(int min, int max, String what) {
    List<Value> values = new ArrayList<>();
    if (!(node instanceof Sequence sequence)) {
      error("a list of " + min + " to " + max + " " + what);
      return values;
    }
    int size = sequence.items().size();
    if (size < min || size > max) {
      error(size == 0 ? "an empty list" : "a list of " + size, min + " to " + max + " " + what);
      return values;
    }
    for (YamlNode item : sequence.items()) {
      values.add(new Value(item, path + "[" + values.size() + "]", findings, hidden));
    }
    return values;
  }

  /** The items of a list, or what is no list as the only one. */
  public List<Value> each(int min, int max, String what) {
    return node instanceof Sequence ? items(min, max, what) : List.of(this);
  }

  /** A text as it is written, be it {@code 010} or {@code yes}; but not nothing at all. */
  public String text(String expected, String otherwise) {
    return text(ANY, expected, otherwise);
  }

  /** A text of a certain form. */
  public String text(Pattern form, String expected, String otherwise) {
    boolean formed = node instanceof Scalar scalar
        && !scalar.nothing()
        && form.matcher(scalar.text()).matches();
    if (!formed) {
      error(expected);
      return otherwise;
    }
    return raw();
  }

  /** One of several words. */
  public String word(List<String> words, String otherwise) {
    if (words.contains(raw())) {
      return raw();
    }
    error(Suggestions.expected(raw(), words));
    return otherwise;
  }

  /** A whole number, written in decimal digits without quotes. */
  public int whole(int min, int max, int otherwise) {
    if (!plain() || !WHOLE.matcher(raw()).matches()) {
      String remark = quoted() ? ", without quotes" : "";
      error("a whole number from " + min + " to " + max
          + (zeros() ? ", without zeros first" : remark));
      return otherwise;
    }
    int number = raw().length() > LONGEST_NUMBER ? Integer.MAX_VALUE : Integer.parseInt(raw());
    if (number < min || number > max) {
      error(min + " to " + max);
      return otherwise;
    }
    return number;
  }

  /** {@code true} or {@code false}, without quotes. */
  public boolean flag(boolean otherwise) {
    if (plain() && (raw().equals("true") || raw().equals("false"))) {
      return raw().equals("true");
    }
    error("true or false");
    return otherwise;
  }

  /** A duration, as {@code 15s}. */
  public Duration duration(Duration min, Duration max, Duration otherwise) {
    OptionalLong nanos = Units.nanos(raw());
    if (nanos.isEmpty()) {
      error("a duration as 250ms, 15s or 5m");
      return otherwise;
    }
    Duration duration = Duration.ofNanos(nanos.getAsLong());
    if (duration.compareTo(min) < 0 || duration.compareTo(max) > 0) {
      error(Units.text(min) + " to " + Units.text(max));
      return otherwise;
    }
    return duration;
  }

  /** A size in bytes, as {@code 8MiB}. */
  public long bytes(long min, long max, long otherwise) {
    OptionalLong bytes = Units.bytes(raw());
    if (bytes.isEmpty()) {
      error("a size as 512KiB, 8MiB or 1GiB");
      return otherwise;
    }
    if (bytes.getAsLong() < min || bytes.getAsLong() > max) {
      error(Units.text(min) + " to " + Units.text(max));
      return otherwise;
    }
    return bytes.getAsLong();
  }

  /** A share, as {@code 70%} or {@code 0.7}. */
  public double share(double min, double max, double otherwise) {
    String range = Math.round(min * 100) + "% to " + Math.round(max * 100) + "%";
    OptionalDouble share = Units.share(raw());
    boolean unitless = plain() && WHOLE.matcher(raw()).matches() && share.orElse(0) > max;
    if (unitless) {
      error("a share as 70% or 0.7");
      return otherwise;
    }
    return within(share, min, max, otherwise, "a share as 70% or 0.7", range);
  }

  /** Something per second, as {@code 200/s}. */
  public double perSecond(double min, double max, double otherwise) {
    OptionalDouble rate = Units.perSecond(raw());
    return within(rate, min, max, otherwise, "a rate as 200/s or 5000/m", "0.001/s to 1e9/s");
  }

  /** A number, as {@code 32} or {@code 0.5}. */
  public double number(double min, double max, double otherwise) {
    OptionalDouble number = Units.number(raw());
    return within(number, min, max, otherwise, "a number as 32 or 0.5", "0.001 to 1e9");
  }

  private double within(
      OptionalDouble number, double min, double max, double otherwise, String form, String range) {
    if (number.isPresent() && number.getAsDouble() >= min && number.getAsDouble() <= max) {
      return number.getAsDouble();
    }
    error(number.isEmpty() ? form : range);
    return otherwise;
  }

  private void put(Map<String, Value> values, Map<String, Entry> firsts, String key, Entry entry) {
    Entry first = firsts.putIfAbsent(key, entry);
    if (first == null) {
      String written = entry.key().text();
      values.put(key, new Value(entry.value(), at(written).path, findings, hidden));
    } else {
      String expected = "each key once; it is also at line " + first.key().line();
      named(entry).error("again", expected);
    }
  }

  /** The place of an entry's key. */
  private Value named(Entry entry) {
    return new Value(entry.key(), at(entry.key().text()).path, findings, hidden);
  }

  /** Whether it is a number that could be meant as an octal one. */
  private boolean zeros() {
    return LEADING_ZEROS.matcher(raw()).matches();
  }

  private boolean quoted() {
    return node instanceof Scalar scalar && scalar.quoted();
  }

  private boolean plain() {
    return node instanceof Scalar scalar && !scalar.quoted();
  }

  /** The text that is written; empty if it is none. */
  private String raw() {
    return node instanceof Scalar scalar ? scalar.text() : "";
  }

  private String shown() {
    if (node instanceof Scalar scalar) {
      if (scalar.nothing()) {
        return "nothing";
      }
      String text = scalar.quoted() ? '"' + scalar.text() + '"' : scalar.text();
      return hidden ? "(hidden)" : text;
    }
    return node instanceof Sequence ? "a list" : "a mapping";
  }
}
