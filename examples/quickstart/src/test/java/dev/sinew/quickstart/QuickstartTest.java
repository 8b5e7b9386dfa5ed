// SPDX-License-Identifier: Apache-2.0
package dev.sinew.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("grpc")
final class QuickstartTest {
  @Test
  void every_call_is_answered_although_a_replica_is_stopped() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    Quickstart.run(new PrintStream(bytes, true, StandardCharsets.UTF_8));

    List<String> lines = bytes.toString(StandardCharsets.UTF_8).lines().toList();
    assertThat(lines).hasSize(21);
    assertThat(lines.get(10)).matches("stopping replica [12] without a word");
    String other = lines.get(10).contains("replica 1") ? "replica 2" : "replica 1";
    assertThat(lines.subList(11, 21))
        .allSatisfy(line -> assertThat(line).endsWith("this is " + other));
  }
}
