// SPDX-License-Identifier: Apache-2.0
package dev.sinew.haproxy.config;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

final class GrpcCheckTest {
  private static final int PREFACE = 24;

  /** A frame as a peer reads it: type, flags, stream and body. */
  private record Frame(int type, int flags, int stream, List<Byte> body) {}

  @Test
  void the_bytes_are_a_preface_and_four_frames_of_the_length_they_say() {
    List<Frame> frames = frames("shop.Orders");
    assertThat(frames).extracting(Frame::type).containsExactly(4, 4, 1, 0);
    assertThat(frames).extracting(Frame::flags).containsExactly(0, 1, 4, 1);
    assertThat(frames).extracting(Frame::stream).containsExactly(0, 0, 1, 1);
  }

  @Test
  void the_last_frame_is_the_request_with_the_name_of_the_service() {
    byte[] name = "shop.Orders".getBytes(US_ASCII);
    List<Byte> expected = new ArrayList<>(bytes(new byte[] {0, 0, 0, 0, 13, 0x0a, 11}));
    expected.addAll(bytes(name));
    assertThat(frames("shop.Orders").get(3).body()).isEqualTo(expected);
  }

  @Test
  void the_server_as_a_whole_is_an_empty_request() {
    assertThat(frames("").get(3).body()).isEqualTo(bytes(new byte[5]));
  }

  @Test
  void what_would_not_fit_into_one_byte_of_length_is_refused() {
    assertThat(GrpcCheck.request("a".repeat(100))).isNotEmpty();
    assertThatThrownBy(() -> GrpcCheck.request("a".repeat(101)))
        .hasMessageContaining("check.service")
        .hasMessageContaining("at most 100");
    assertThatThrownBy(() -> GrpcCheck.request("örders")).hasMessageContaining("check.service");
  }

  private static List<Frame> frames(String service) {
    byte[] all = HexFormat.of().parseHex(GrpcCheck.request(service));
    assertThat(new String(all, 0, PREFACE, US_ASCII)).isEqualTo("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    List<Frame> frames = new ArrayList<>();
    int at = PREFACE;
    while (at < all.length) {
      int length = ((all[at + 1] & 0xff) << 8) | (all[at + 2] & 0xff);
      List<Byte> body = bytes(Arrays.copyOfRange(all, at + 9, at + 9 + length));
      frames.add(new Frame(all[at + 3], all[at + 4], all[at + 8], body));
      at += 9 + length;
    }
    assertThat(at).isEqualTo(all.length);
    return frames;
  }

  private static List<Byte> bytes(byte[] array) {
    List<Byte> list = new ArrayList<>();
    for (byte one : array) {
      list.add(one);
    }
    return list;
  }
}
