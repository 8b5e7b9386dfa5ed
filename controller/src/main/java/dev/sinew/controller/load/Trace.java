// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.load;

import dev.sinew.Expect;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * A recorded request rate: a CSV file with the columns {@code t_seconds,requests_per_second}.
 *
 * <p>Each rate holds from its time to the next row's; the last one as long as the one before it.
 */
public final class Trace implements LoadShape {
  private static final String HEADER = "t_seconds,requests_per_second";
  private static final int MOST_ROWS = 5_000_000;
  private static final int LONGEST_LINE = 200;

  private final double[] times;
  private final double[] rates;
  private final double timeFactor;
  private final double rateFactor;

  private Trace(double[] times, double[] rates, double timeFactor, double rateFactor) {
    this.times = times;
    this.rates = rates;
    this.timeFactor = timeFactor;
    this.rateFactor = rateFactor;
  }

  /**
   * Reads a trace.
   *
   * @throws IllegalArgumentException naming file, line, value and what was expected
   */
  public static Trace read(Path file) {
    Expect.that(
        Files.isRegularFile(file), "trace", file, "an existing file with the columns " + HEADER);
    Rows rows = new Rows(file);
    try (BufferedReader reader = Files.newBufferedReader(file)) {
      while (rows.read(reader)) {
        // One line after the other.
      }
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException(
          rows.where() + ": not UTF-8 text (expected: a CSV file)", e);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          file + ": " + e.getMessage() + " (expected: a readable file)", e);
    }
    return rows.toTrace();
  }

  /** The same shape squeezed into another length and scaled to another peak rate. */
  public Trace fitted(double newSeconds, double newPeak) {
    return new Trace(
        times, rates, newSeconds / (seconds() / timeFactor), newPeak / (peak() / rateFactor));
  }

  /** Length in seconds as it was recorded. */
  public double recordedSeconds() {
    return times[times.length - 1] - times[0] + lastStep();
  }

  /** Highest rate as it was recorded. */
  public double recordedPeak() {
    double peak = 0;
    for (double rate : rates) {
      peak = Math.max(peak, rate);
    }
    return peak;
  }

  @Override
  public double seconds() {
    return recordedSeconds() * timeFactor;
  }

  @Override
  public double rate(double atSeconds) {
    double at = times[0] + atSeconds / timeFactor;
    int found = Arrays.binarySearch(times, at);
    int row = found >= 0 ? found : Math.max(0, -found - 2);
    return rates[row] * rateFactor;
  }

  @Override
  public double peak() {
    return recordedPeak() * rateFactor;
  }

  @Override
  public List<Event> events() {
    return List.of();
  }

  private double lastStep() {
    int last = times.length - 1;
    return times[last] - times[last - 1];
  }

  /** The rows read so far; keeps the line number for errors. */
  private static final class Rows {
    private final Path file;
    private double[] times = new double[1024];
    private double[] rates = new double[1024];
    private int count;
    private int line;

    Rows(Path file) {
      this.file = file;
    }

    String where() {
      return file + ":" + line;
    }

    /** Reads one line; false at the end. A line that is too long is refused before it is held. */
    boolean read(BufferedReader reader) throws IOException {
      line++;
      StringBuilder text = new StringBuilder();
      int next = reader.read();
      if (next < 0) {
        return false;
      }
      for (; next >= 0 && next != '\n'; next = reader.read()) {
        require(
            text.length() < LONGEST_LINE,
            text.toString(),
            "lines of at most " + LONGEST_LINE + " characters");
        text.append((char) next);
      }
      add(text.toString().strip());
      return true;
    }

    private void add(String text) {
      if (line == 1) {
        require(text.equals(HEADER), text, "the header " + HEADER);
        return;
      }
      if (text.isBlank()) {
        return;
      }
      String[] cells = text.split(",", -1);
      require(cells.length == 2, text, "two columns, " + HEADER);
      require(count < MOST_ROWS, "row " + count, "at most " + MOST_ROWS + " rows");
      if (count == times.length) {
        times = Arrays.copyOf(times, 2 * count);
        rates = Arrays.copyOf(rates, 2 * count);
      }
      times[count] = number(cells[0], "t_seconds");
      rates[count] = number(cells[1], "requests_per_second");
      require(
          count == 0 || times[count] > times[count - 1],
          cells[0],
          "t_seconds above the row before");
      count++;
    }

    Trace toTrace() {
      require(count >= 2, count + " rows", "the header and at least two rows");
      Trace trace = new Trace(Arrays.copyOf(times, count), Arrays.copyOf(rates, count), 1, 1);
      require(trace.recordedPeak() > 0, "all rates are 0", "at least one rate above 0");
      return trace;
    }

    private double number(String cell, String column) {
      double value;
      try {
        value = Double.parseDouble(cell.strip());
      } catch (NumberFormatException e) {
        value = Double.NaN;
      }
      require(value >= 0 && value <= 1e12, cell, column + " to be a number, 0 or more");
      return value;
    }

    private void require(boolean condition, String value, String expected) {
      if (!condition) {
        throw new IllegalArgumentException(Expect.message(where(), value, expected));
      }
    }
  }
}
