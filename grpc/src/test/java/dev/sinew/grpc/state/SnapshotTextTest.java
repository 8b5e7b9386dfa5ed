// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sinew.endpoint.Endpoint;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SnapshotTextTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05.678Z");
  private static final Endpoint FULL = new Endpoint(
      "a", "h.test", 80, "-", 7, 2, NOW, Map.of("version", "1 = 2 & 3\n", "empty", "", "é", "ü"));
  private static final SnapshotFile.Content CONTENT =
      new SnapshotFile.Content(NOW, List.of(FULL, Endpoint.of("::1", 65535)));

  @Test
  void what_is_written_is_read_again() {
    assertThat(SnapshotText.parse(SnapshotText.format(CONTENT, "t"), "t")).isEqualTo(CONTENT);
  }

  @Test
  void another_target_version_time_or_form_is_refused() {
    String text = SnapshotText.format(CONTENT, "t");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SnapshotText.parse(text, "u"))
        .withMessage("snapshot.target: target t (expected: u)");
    refused(text.replace("snapshot 1", "snapshot 2"), "snapshot.version: sinew-snapshot 2");
    refused(text.replace("saved 2026", "saved someday"), "snapshot.time: ");
    refused(text.replace(" 65535 ", " 65536 "), "endpoint.port: 65536");
    refused(text.replace(" 65535 ", " "), "snapshot.endpoint: ");
    refused(text.replace(" 65535 ", " x "), "");
    refused(text.replace("version=", "version"), "snapshot.attribute: ");
    refused(text.lines().limit(3).reduce("", (a, b) -> a + b + "\n"), "snapshot.lines: 3");
    refused("", "snapshot.lines: 0");
  }

  private static void refused(String text, String message) {
    assertThatThrownBy(() -> SnapshotText.parse(text, "t"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(message);
  }
}
