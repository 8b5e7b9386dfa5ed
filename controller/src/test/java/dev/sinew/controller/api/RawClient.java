// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.api;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Says to a server exactly what a test wants, however wrong, and reads what comes back. */
final class RawClient {
  private static final int PATIENCE_MILLIS = 20_000;

  private RawClient() {}

  /** A request to the right host that ends its connection; more fields are lines ended by CRLF. */
  static Reply ask(int port, String requestLine, String fields, String body) throws IOException {
    String length = body.isEmpty() ? "" : "Content-Length: " + body.length() + "\r\n";
    return say(
        port,
        requestLine + " HTTP/1.1\r\nHost: localhost:" + port + "\r\nConnection: close\r\n" + length
            + fields + "\r\n" + body);
  }

  static Reply ask(int port, String requestLine) throws IOException {
    return ask(port, requestLine, "", "");
  }

  /** A change as JSON. */
  static Reply post(int port, String path, String fields, String json) throws IOException {
    return ask(port, "POST " + path, "Content-Type: application/json\r\n" + fields, json);
  }

  static Reply say(int port, String text) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(PATIENCE_MILLIS);
      try {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
      } catch (IOException e) {
        // Refused before all was said; the answer may be there.
      }
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      try (InputStream in = socket.getInputStream()) {
        in.transferTo(all);
      } catch (IOException e) {
        // Cut off; what came so far counts.
      }
      return new Reply(all.toString(StandardCharsets.UTF_8));
    }
  }

  /** An answer as it came; empty if the connection was only closed. */
  record Reply(String text) {
    int status() {
      return text.startsWith("HTTP/1.1 ") ? Integer.parseInt(text.substring(9, 12)) : 0;
    }

    String head() {
      int end = text.indexOf("\r\n\r\n");
      return (end < 0 ? text : text.substring(0, end)).toLowerCase(Locale.ROOT);
    }

    String body() {
      int end = text.indexOf("\r\n\r\n");
      return end < 0 ? "" : text.substring(end + 4);
    }
  }
}
