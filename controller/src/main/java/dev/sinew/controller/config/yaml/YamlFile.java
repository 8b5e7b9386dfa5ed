// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.config.yaml;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/** The bytes of a file and the text in them: bounded, UTF-8, without control characters. */
final class YamlFile {
  /** A thousand services with every key need less. */
  static final int LARGEST_BYTES = 1 << 20;

  private static final char MARK = '\uFEFF';

  private YamlFile() {}

  /** Reads a regular file; a pipe is refused, as it would block, and no more than 1 MiB is read. */
  static byte[] bytes(Path file) throws SyntaxException {
    try {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      if (attributes.isDirectory()) {
        throw new SyntaxException("a folder", "a file");
      }
      if (!attributes.isRegularFile()) {
        throw new SyntaxException("a pipe, socket or device", "a regular file");
      }
      try (InputStream in = Files.newInputStream(file)) {
        byte[] bytes = in.readNBytes(LARGEST_BYTES + 1);
        if (bytes.length > LARGEST_BYTES) {
          throw new SyntaxException("more than 1 MiB", "at most 1 MiB");
        }
        return bytes;
      }
    } catch (NoSuchFileException e) {
      throw new SyntaxException("no such file", "a file");
    } catch (AccessDeniedException e) {
      throw new SyntaxException("permission denied", "a file that may be read");
    } catch (FileSystemException e) {
      throw new SyntaxException(String.valueOf(e.getReason()), "a file that can be read");
    } catch (IOException | SecurityException e) {
      throw new SyntaxException(String.valueOf(e.getMessage()), "a file that can be read");
    }
  }

  /** The text of UTF-8 bytes, without a byte order mark. */
  static String text(byte[] bytes) throws SyntaxException {
    if (utf16(bytes)) {
      throw new SyntaxException("UTF-16", "UTF-8");
    }
    CharsetDecoder decoder = StandardCharsets.UTF_8
        .newDecoder()
        .onMalformedInput(CodingErrorAction.REPORT)
        .onUnmappableCharacter(CodingErrorAction.REPORT);
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(bytes.length + 1);
    CoderResult result = decoder.decode(in, out, true);
    String text = out.flip().toString();
    if (!text.isEmpty() && text.charAt(0) == MARK) {
      text = text.substring(1);
    }
    checkPrintable(text);
    if (result.isError()) {
      int next = bytes[in.position()] & 0xff;
      throw at(text, text.length(), String.format("byte 0x%02x", next), "UTF-8");
    }
    return text;
  }

  private static boolean utf16(byte[] bytes) {
    if (bytes.length < 2) {
      return false;
    }
    int first = ((bytes[0] & 0xff) << 8) | (bytes[1] & 0xff);
    return first == 0xfeff || first == 0xfffe || (bytes[0] == 0) != (bytes[1] == 0);
  }

  private static void checkPrintable(String text) throws SyntaxException {
    int i = 0;
    while (i < text.length()) {
      int c = text.codePointAt(i);
      if (!printable(c)) {
        throw at(text, i, Character.toString(c), "text without control characters");
      }
      i += Character.charCount(c);
    }
  }

  /** What YAML 1.2 lets a document hold, but for a second byte order mark. */
  private static boolean printable(int c) {
    boolean layout = c == '\t' || c == '\n' || c == '\r';
    boolean control = (c < ' ' && !layout) || (c >= 0x7f && c <= 0x9f);
    return !control && c != MARK && c != 0xfffe && c != 0xffff;
  }

  private static SyntaxException at(String text, int index, String found, String expected) {
    String before = text.substring(0, index);
    int line = 1;
    int start = 0;
    for (int i = 0; i < before.length(); i++) {
      char c = before.charAt(i);
      if (c == '\n' || (c == '\r' && !before.startsWith("\n", i + 1))) {
        line++;
        start = i + 1;
      }
    }
    int column = before.codePointCount(start, before.length()) + 1;
    return new SyntaxException(line, column, found, expected);
  }
}
