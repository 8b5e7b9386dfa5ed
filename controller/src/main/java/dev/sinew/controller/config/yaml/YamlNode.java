// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.config.yaml;

import java.util.List;

/** A part of a YAML document and where it begins, line and column from 1. */
sealed interface YamlNode {
  int line();

  int column();

  /** The nodes in it, itself and the targets of aliases included. */
  int size();

  /**
   * A text as it is written; what it means is for its reader to say.
   *
   * @param quoted whether it stands in quotes or is a block, and so is a text in any case
   */
  record Scalar(int line, int column, String text, boolean quoted) implements YamlNode {
    @Override
    public int size() {
      return 1;
    }

    /** Whether it says that there is nothing. */
    boolean nothing() {
      return !quoted && (text.isEmpty() || text.equals("~") || text.equalsIgnoreCase("null"));
    }
  }

  /** Items in their order. */
  record Sequence(int line, int column, List<YamlNode> items, int size) implements YamlNode {}

  /** Keys with their values, in the file's order; a key may occur more than once. */
  record Mapping(int line, int column, List<Entry> entries, int size) implements YamlNode {}

  /** A key and its value. */
  record Entry(Scalar key, YamlNode value) {}
}
