// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.decisions.file;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.HexFormat;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** The form of a line: the checksum of the text in eight hexadecimal digits, a space, the text. */
public final class Line {
  private static final int DIGITS = 8;

  private Line() {}

  /** The line of a text without line breaks, its line break included. */
  public static byte[] of(String text) {
    byte[] body = text.getBytes(UTF_8);
    byte[] line = new byte[DIGITS + 1 + body.length + 1];
    byte[] sum = HexFormat.of().toHexDigits(sum(body, 0)).getBytes(ISO_8859_1);
    System.arraycopy(sum, 0, line, 0, DIGITS);
    line[DIGITS] = ' ';
    System.arraycopy(body, 0, line, DIGITS + 1, body.length);
    line[line.length - 1] = '\n';
    return line;
  }

  /** The text of a line without its line break, or null if the line is not whole. */
  public static @Nullable String text(byte[] line) {
    if (line.length < DIGITS + 1 || line[DIGITS] != ' ') {
      return null;
    }
    String sum = HexFormat.of().toHexDigits(sum(line, DIGITS + 1));
    boolean whole = sum.equals(new String(line, 0, DIGITS, ISO_8859_1));
    return whole ? new String(line, DIGITS + 1, line.length - DIGITS - 1, UTF_8) : null;
  }

  private static int sum(byte[] bytes, int from) {
    CRC32C sum = new CRC32C();
    sum.update(bytes, from, bytes.length - from);
    return (int) sum.getValue();
  }
}
