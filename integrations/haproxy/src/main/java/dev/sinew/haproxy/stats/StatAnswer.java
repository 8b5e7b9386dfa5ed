// SPDX-License-Identifier: Apache-2.0
package dev.sinew.haproxy.stats;

import dev.sinew.Expect;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What one HAProxy said of one backend: the answer to {@link #question}.
 *
 * <p>Columns are found by the names in the header, since each version adds some. The process id comes last,
 * so an answer that was cut off has none, and a table with a row of the wrong length is not believed at all.
 * A single number that is none, negative or absurd is left out and counted.
 *
 * @param process the process that answered; its counters begin at 0 with it
 * @param rows by name; without those whose name is doubtful or appears twice
 * @param doubts what was left out, as reasons with their count
 */
record StatAnswer(long process, Map<String, StatRow> rows, Map<String, Long> doubts) {
  /** Also so many servers that their whole table stays below HaproxySocket's bound. */
  private static final int MOST_ROWS = 20_000;

  private static final int MOST_COLUMNS = 1_000;

  /** Ten to the 15th: a million calls a second for 30 years. */
  private static final int MOST_DIGITS = 15;

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.:-]{1,260}");
  private static final Pattern PROCESS = Pattern.compile("Pid: ([0-9]{1,10})");
  private static final String BACKEND = "pxname";
  private static final String SERVER = "svname";

  /** The columns that are read. */
  static final Set<String> FIGURES =
      Set.of("stot", "req_tot", "scur", "qcur", "qtime", "econ", "eresp", "hrsp_5xx");

  /** Those of them that every version has, of a backend in HTTP mode and of its servers. */
  private static final List<String> NEEDED = List.of("stot", "req_tot", "scur");

  StatAnswer {
    rows = Map.copyOf(rows);
    doubts = Map.copyOf(doubts);
  }

  /** What to ask HAProxy; 6 stands for backends and servers. */
  static String question(String backend) {
    return "show stat " + backend + " 6 -1;show info";
  }

  /**
   * Reads an answer.
   *
   * @throws UnreadableException if nothing in it can be believed
   */
  static StatAnswer read(String text, String backend) throws UnreadableException {
    List<String> lines = text.lines().limit(MOST_ROWS + 200L).toList();
    long process = process(lines);
    if (lines.stream().anyMatch("No such proxy."::equals)) {
      throw new UnreadableException("no-backend", "there is no backend " + backend);
    }
    int header = 0;
    while (header < lines.size() && !lines.get(header).startsWith("# ")) {
      header++;
    }
    if (header == lines.size()) {
      throw new UnreadableException("no-header", "there is no header");
    }
    Reader reader = new Reader(columns(lines.get(header).substring(2)), backend);
    for (int i = header + 1; i < lines.size() && !lines.get(i).isEmpty(); i++) {
      reader.row(lines.get(i));
    }
    return reader.answer(process);
  }

  private static long process(List<String> lines) throws UnreadableException {
    List<Long> found = lines.stream()
        .map(PROCESS::matcher)
        .filter(matcher -> matcher.matches())
        .map(matcher -> Long.parseLong(matcher.group(1)))
        .toList();
    if (found.size() != 1) {
      throw new UnreadableException("cut-off", "the answer does not end with one process id");
    }
    return found.get(0);
  }

  private static List<String> columns(String header) throws UnreadableException {
    List<String> columns = CsvLine.fields(header);
    Set<String> seen = new HashSet<>();
    boolean twice =
        columns.stream().anyMatch(name -> !name.isEmpty() && !name.equals("-") && !seen.add(name));
    if (twice || columns.size() > MOST_COLUMNS || !seen.containsAll(Set.of(BACKEND, SERVER))) {
      throw new UnreadableException(
          "header", "the header has " + Expect.printable(header) + " as columns");
    }
    return columns;
  }

  /** Takes the rows one by one. */
  private static final class Reader {
    private final List<String> columns;
    private final String backend;
    private final Map<String, StatRow> rows = new LinkedHashMap<>();
    private final Set<String> twice = new HashSet<>();
    private final Map<String, Long> doubts = new HashMap<>();

    Reader(List<String> columns, String backend) {
      this.columns = columns;
      this.backend = backend;
    }

    void row(String line) throws UnreadableException {
      List<String> fields = CsvLine.fields(line);
      if (fields.size() != columns.size() || rows.size() >= MOST_ROWS) {
        throw new UnreadableException(
            "garbled", "a row has " + fields.size() + " fields of " + columns.size());
      }
      if (!fields.get(columns.indexOf(BACKEND)).equals(backend)) {
        doubt("other-backend");
        return;
      }
      String name = fields.get(columns.indexOf(SERVER));
      if (!NAME.matcher(name).matches()) {
        doubt("name");
      } else if (rows.putIfAbsent(name, new StatRow(name, figures(fields))) != null) {
        doubt("twice");
        twice.add(name);
      }
    }

    private Map<String, Long> figures(List<String> fields) {
      Map<String, Long> figures = new HashMap<>();
      for (int i = 0; i < fields.size(); i++) {
        String field = fields.get(i);
        if (!FIGURES.contains(columns.get(i)) || field.isEmpty()) {
          continue;
        }
        if (field.startsWith("-")) {
          doubt("negative");
        } else if (!field.chars().allMatch(c -> c >= '0' && c <= '9')) {
          doubt("no-number");
        } else if (field.length() > MOST_DIGITS) {
          doubt("absurd");
        } else {
          figures.put(columns.get(i), Long.parseLong(field));
        }
      }
      return figures;
    }

    StatAnswer answer(long process) {
      rows.keySet().removeAll(new ArrayList<>(twice));
      if (!columns.containsAll(NEEDED)) {
        doubt("column");
      }
      return new StatAnswer(process, rows, doubts);
    }

    private void doubt(String reason) {
      doubts.merge(reason, 1L, Long::sum);
    }
  }
}
