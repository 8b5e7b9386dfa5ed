// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;

final class LogLineTest {
  private final LogLine format = new LogLine();

  @Test
  void a_record_is_one_line_of_keys_and_values() {
    LogRecord record = record("registry address={0} state=serving");
    record.setParameters(new Object[] {"127.0.0.1:8600"});
    assertThat(format.format(record))
        .isEqualTo("time=2026-11-22T14:00:00.123Z level=INFO source=RegistryServer registry"
            + " address=127.0.0.1:8600 state=serving" + System.lineSeparator());
  }

  @Test
  void nobody_can_forge_a_line_or_a_colour() {
    String line = format.format(record("name=a\nlevel=ERROR forged\r\u001b[31m\u202e\u2028end"));
    assertThat(line.lines()).hasSize(1);
    assertThat(line).doesNotContain("\u001b").doesNotContain("\u202e");
  }

  @Test
  void a_failure_is_told_with_its_cause_and_place_on_the_same_line() {
    LogRecord record = record("log state=failed");
    record.setLevel(Level.SEVERE);
    record.setThrown(new UncheckedIOException(new IOException("No space\nleft")));
    String line = format.format(record);
    assertThat(line.lines()).hasSize(1);
    assertThat(line)
        .contains("level=ERROR")
        .contains("cause=\"java.io.IOException: No space left\"")
        .contains("at=dev.sinew.controller.cli.LogLineTest.");
  }

  @Test
  void a_long_message_is_cut() {
    assertThat(format.format(record("x".repeat(100_000)))).hasSizeLessThan(2200);
  }

  private static LogRecord record(String message) {
    LogRecord record = new LogRecord(Level.INFO, message);
    record.setLoggerName("dev.sinew.controller.registry.RegistryServer");
    record.setInstant(Instant.parse("2026-11-22T14:00:00.123456Z"));
    return record;
  }
}
