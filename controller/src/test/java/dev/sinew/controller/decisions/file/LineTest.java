// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.decisions.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class LineTest {
  private static final String TEXT = "{\"why\":\"größer\"}";

  @Test
  void a_line_is_a_checksum_and_a_text_that_people_can_search() {
    assertThat(new String(Line.of("123456789"), UTF_8))
        .as("the check value of CRC-32C")
        .isEqualTo("e3069283 123456789\n");
  }

  @Test
  void what_is_whole_is_read() {
    assertThat(Line.text(body())).isEqualTo(TEXT);
    assertThat(Line.text(withoutBreak(Line.of("")))).isEmpty();
  }

  @Test
  void no_flipped_bit_goes_unseen() {
    byte[] body = body();
    for (int bit = 0; bit < body.length * 8; bit++) {
      byte[] damaged = body.clone();
      damaged[bit / 8] ^= (byte) (1 << bit % 8);
      assertThat(Line.text(damaged)).as("bit %d", bit).isNull();
    }
  }

  @Test
  void no_missing_end_goes_unseen() {
    byte[] body = body();
    for (int length = 0; length < body.length; length++) {
      assertThat(Line.text(Arrays.copyOf(body, length))).as("%d bytes", length).isNull();
    }
  }

  private static byte[] body() {
    return withoutBreak(Line.of(TEXT));
  }

  private static byte[] withoutBreak(byte[] line) {
    return Arrays.copyOf(line, line.length - 1);
  }
}
