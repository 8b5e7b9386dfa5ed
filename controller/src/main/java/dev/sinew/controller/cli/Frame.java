// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.cli;

import java.io.PrintWriter;
import java.util.List;

/** A picture of lines that is drawn over the one before, cut to the terminal. */
final class Frame {
  private static final String ESC = "\u001b[";

  private final PrintWriter out;
  private final int columns;
  private final int rows;
  private int drawn;

  Frame(PrintWriter out, int columns, int rows) {
    this.out = out;
    this.columns = columns;
    this.rows = rows;
  }

  void draw(List<String> all) {
    // A picture taller than the terminal could not be drawn over.
    int room = Math.max(2, rows - 1);
    StringBuilder text = new StringBuilder();
    if (drawn > 0) {
      text.append(ESC).append(drawn).append('A');
    }
    int shown = all.size() > room ? room - 1 : all.size();
    all.subList(0, shown).forEach(line -> put(text, line));
    if (shown < all.size()) {
      put(text, "… " + (all.size() - shown) + " more lines: --once shows all");
      shown++;
    }
    for (int i = shown; i < drawn; i++) { // left over from a taller picture
      put(text, "");
    }
    drawn = Math.max(drawn, shown);
    out.print(text);
    out.flush();
  }

  private void put(StringBuilder text, String line) {
    String cut =
        line.length() <= columns ? line : line.substring(0, Math.max(1, columns - 1)) + "…";
    text.append(ESC).append("2K").append(cut).append('\n');
  }
}
