// SPDX-License-Identifier: Apache-2.0
package dev.sinew.haproxy.stats;

import java.util.ArrayList;
import java.util.List;

/** A line of comma-separated values, where a field in double quotes may hold commas (RFC 4180). */
final class CsvLine {
  private CsvLine() {}

  /**
   * The fields in their order.
   *
   * @throws UnreadableException if a quote is not closed
   */
  static List<String> fields(String line) throws UnreadableException {
    List<String> fields = new ArrayList<>();
    StringBuilder field = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c == '"' && quoted && i + 1 < line.length() && line.charAt(i + 1) == '"') {
        field.append(c);
        i++;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (c == ',' && !quoted) {
        fields.add(field.toString());
        field.setLength(0);
      } else {
        field.append(c);
      }
    }
    if (quoted) {
      throw new UnreadableException("garbled", "a quote is not closed");
    }
    fields.add(field.toString());
    return fields;
  }
}
