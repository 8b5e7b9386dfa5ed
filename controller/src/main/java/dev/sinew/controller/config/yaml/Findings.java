// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.config.yaml;

import dev.sinew.Expect;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What was found wrong or risky in a document: the first thousand things, and how many errors. */
public final class Findings {
  private static final int MOST = 1000;

  private final List<Finding> list = new ArrayList<>();
  private int errors;
  private int left;

  /** Made by a {@link Document}. */
  Findings() {}

  /**
   * One thing at one place.
   *
   * @param line from 1
   * @param column from 1
   * @param path the keys that lead there
   * @param message the value and what was expected
   * @param error whether the document is refused
   */
  public record Finding(int line, int column, String path, String message, boolean error) {}

  /** How many errors there are, listed or not. */
  public int errors() {
    return errors;
  }

  /** All in the document's order; the last one counts those that are too many to list. */
  public List<Finding> list() {
    List<Finding> sorted = new ArrayList<>(list);
    sorted.sort(Comparator.comparingInt(Finding::line).thenComparingInt(Finding::column));
    if (left > 0) {
      String message = left + " more problems (expected: at most " + MOST + ")";
      Finding last = sorted.get(sorted.size() - 1);
      sorted.add(new Finding(last.line(), last.column(), "", message, errors > 0));
    }
    return sorted;
  }

  void add(YamlNode at, String path, String found, String expected, boolean error) {
    String message = Expect.printable(found) + " (expected: " + expected + ")";
    add(new Finding(at.line(), at.column(), Expect.printable(path), message, error));
  }

  void add(SyntaxException e) {
    add(new Finding(e.line(), e.column(), "", e.message(), true));
  }

  private void add(Finding finding) {
    errors += finding.error() ? 1 : 0;
    if (list.size() < MOST) {
      list.add(finding);
    } else {
      left++;
    }
  }
}
