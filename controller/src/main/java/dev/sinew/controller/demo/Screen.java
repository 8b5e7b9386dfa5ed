// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.demo;

import java.io.PrintWriter;
import java.util.List;

/** Shows the moments of a run: one refreshing screen on a terminal, one line a second otherwise. */
final class Screen {
  private static final String ESC = "\u001b[";

  private final PrintWriter out;
  private final boolean terminal;
  private final int columns;
  private final int rows;
  private int drawn;

  Screen(PrintWriter out, boolean terminal, int columns, int rows) {
    this.out = out;
    this.terminal = terminal;
    this.columns = columns;
    this.rows = rows;
  }

  /** A screen for where the launcher says that the output goes. */
  static Screen forLauncher(PrintWriter out) {
    boolean terminal = Boolean.getBoolean("sinew.terminal");
    return new Screen(
        out,
        terminal,
        Integer.getInteger("sinew.columns", 100),
        Integer.getInteger("sinew.rows", 40));
  }

  /** How many moments a second are worth showing. */
  int perSecond() {
    return terminal ? 2 : 1;
  }

  synchronized void show(ScreenModel model) {
    if (!terminal) {
      out.println(model.line());
      return;
    }
    List<String> all = model.screen(columns);
    // A screen taller than the terminal could not be drawn over.
    List<String> lines = all.subList(0, Math.min(all.size(), Math.max(1, rows - 1)));
    StringBuilder text = new StringBuilder();
    if (drawn > 0) {
      text.append(ESC).append(drawn).append('A');
    }
    lines.forEach(line -> text.append(ESC).append("2K").append(line).append('\n'));
    // Lines left over from a longer screen.
    for (int i = lines.size(); i < drawn; i++) {
      text.append(ESC).append("2K\n");
    }
    drawn = Math.max(drawn, lines.size());
    out.print(text);
    out.flush();
  }
}
