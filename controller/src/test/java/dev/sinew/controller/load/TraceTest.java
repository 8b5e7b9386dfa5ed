// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TraceTest {
  private static final String HEADER = "t_seconds,requests_per_second\n";

  @TempDir
  Path folder;

  @Test
  void a_rate_holds_until_the_next_row() throws IOException {
    Trace trace = Trace.read(file(HEADER + "100,5\n160,10\n220,2\n"));

    assertThat(trace.seconds()).isEqualTo(180);
    assertThat(trace.peak()).isEqualTo(10);
    assertThat(trace.rate(0)).isEqualTo(5);
    assertThat(trace.rate(59.9)).isEqualTo(5);
    assertThat(trace.rate(60)).isEqualTo(10);
    assertThat(trace.rate(179)).isEqualTo(2);
  }

  @Test
  void a_fitted_trace_keeps_its_shape() throws IOException {
    Trace trace = Trace.read(file(HEADER + "0,5\n60,10\n120,2\n")).fitted(18, 100);

    assertThat(trace.seconds()).isCloseTo(18, within(1e-9));
    assertThat(trace.peak()).isCloseTo(100, within(1e-9));
    assertThat(trace.rate(3)).isCloseTo(50, within(1e-9));
    assertThat(trace.rate(7)).isCloseTo(100, within(1e-9));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "'wrong\n0,1\n1,2\n';:1: wrong (expected: the header",
        "'t_seconds,requests_per_second\n0,1\n1,x\n';':3: x (expected: requests_per_second to be a number'",
        "'t_seconds,requests_per_second\n0,1\n1,-2\n';':3: -2 (expected'",
        "'t_seconds,requests_per_second\n0,1\n1,NaN\n';':3: NaN (expected'",
        "'t_seconds,requests_per_second\n0,1\n1,1e400\n';':3: 1e400 (expected'",
        "'t_seconds,requests_per_second\n5,1\n5,2\n';':3: 5 (expected: t_seconds above'",
        "'t_seconds,requests_per_second\n0,1,7\n';':2: 0,1,7 (expected: two columns'",
        "'t_seconds,requests_per_second\n0,1\n';'1 rows (expected: the header and at least two rows'",
        "'t_seconds,requests_per_second\n0,0\n1,0\n';'all rates are 0 (expected'",
      })
  void a_garbled_file_is_refused_with_line_and_value(String text, String message)
      throws IOException {
    Path file = file(text);

    assertThatThrownBy(() -> Trace.read(file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining(message);
  }

  @Test
  void a_missing_file_a_folder_an_empty_and_a_binary_file_are_refused() throws IOException {
    Path binary = folder.resolve("binary.csv");
    Files.write(binary, new byte[] {(byte) 0xff, (byte) 0xfe, 0, 1, 2});

    assertThatThrownBy(() -> Trace.read(folder.resolve("none.csv")))
        .hasMessageContaining("none.csv");
    assertThatThrownBy(() -> Trace.read(folder)).hasMessageContaining("expected: an existing file");
    assertThatThrownBy(() -> Trace.read(file(""))).hasMessageContaining("at least two rows");
    assertThatThrownBy(() -> Trace.read(binary))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("binary.csv");
  }

  @Test
  void an_endless_line_is_refused_before_it_is_held() {
    assertThatThrownBy(() -> Trace.read(file(HEADER + "0,1\n" + "1".repeat(100_000))))
        .hasMessageContaining(":3: 111")
        .hasMessageContaining("lines of at most 200 characters");
  }

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("trace.csv"), text);
  }
}
