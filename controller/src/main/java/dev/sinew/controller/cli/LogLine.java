// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.cli;

import java.time.temporal.ChronoUnit;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.jspecify.annotations.Nullable;

/**
 * A log record as one line of {@code key=value}: {@code time=… level=INFO source=RegistryServer registry
 * address=… state=serving}. Line ends and other control characters become spaces, so that nobody can forge
 * a line; a failure is told with its place.
 */
final class LogLine extends Formatter {
  private static final int LONGEST = 2000;

  @Override
  public String format(LogRecord record) {
    String source = String.valueOf(record.getLoggerName());
    String line = "time=" + record.getInstant().truncatedTo(ChronoUnit.MILLIS)
        + " level=" + level(record.getLevel())
        + " source=" + source.substring(source.lastIndexOf('.') + 1)
        + " " + plain(formatMessage(record)) + failure(record.getThrown());
    return line + System.lineSeparator();
  }

  private static String level(Level level) {
    int value = level.intValue();
    return value >= Level.SEVERE.intValue()
        ? "ERROR"
        : value >= Level.WARNING.intValue()
            ? "WARN"
            : value >= Level.INFO.intValue() ? "INFO" : "DEBUG";
  }

  private static String failure(@Nullable Throwable thrown) {
    if (thrown == null) {
      return "";
    }
    StackTraceElement[] frames = thrown.getStackTrace();
    Throwable cause = thrown.getCause();
    return " error=\"" + plain(thrown.toString()).replace('"', '\'') + "\""
        + (cause == null ? "" : " cause=\"" + plain(cause.toString()).replace('"', '\'') + "\"")
        + (frames.length == 0 ? "" : " at=" + frames[0]);
  }

  private static String plain(@Nullable String text) {
    String all = String.valueOf(text);
    String cut = all.length() <= LONGEST ? all : all.substring(0, LONGEST) + "…";
    return cut.replaceAll("[\\p{Cntrl}\\u2028\\u2029\\u202a-\\u202e\\u2066-\\u2069]+", " ");
  }
}
