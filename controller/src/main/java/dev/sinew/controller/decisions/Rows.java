// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.decisions;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;

/**
 * A list as an array of parts: rows, which begin with a text, and runs {@code [start,count]} of the
 * list that the record before it had. What hardly changes costs hardly anything.
 */
final class Rows {
  /** More than any list holds; a damaged log shall not fill the memory. */
  private static final int MOST = 200_000;

  private Rows() {}

  static <T> void write(
      JsonGenerator json,
      String name,
      List<T> before,
      List<T> now,
      BiConsumer<JsonGenerator, T> row) {
    Map<T, Integer> places = new HashMap<>();
    for (int i = 0; i < before.size(); i++) {
      places.putIfAbsent(before.get(i), i);
    }
    json.writeArrayPropertyStart(name);
    int i = 0;
    while (i < now.size()) {
      Integer start = places.get(now.get(i));
      if (start == null) {
        row.accept(json, now.get(i));
        i++;
      } else {
        int count = common(before, start, now, i);
        json.writeStartArray().writeNumber(start).writeNumber(count).writeEndArray();
        i += count;
      }
    }
    json.writeEndArray();
  }

  private static <T> int common(List<T> a, int fromA, List<T> b, int fromB) {
    int count = 0;
    while (fromA + count < a.size()
        && fromB + count < b.size()
        && a.get(fromA + count).equals(b.get(fromB + count))) {
      count++;
    }
    return count;
  }

  static <T> List<T> read(JsonNode parts, List<T> before, Function<JsonNode, T> row) {
    List<T> rows = new ArrayList<>();
    for (JsonNode part : parts) {
      if (part.path(0).isNumber()) {
        int start = part.path(0).intValue();
        rows.addAll(before.subList(start, start + part.path(1).intValue()));
      } else {
        rows.add(row.apply(part));
      }
      if (rows.size() > MOST) {
        throw new IllegalArgumentException("rows: more than " + MOST);
      }
    }
    return rows;
  }
}
