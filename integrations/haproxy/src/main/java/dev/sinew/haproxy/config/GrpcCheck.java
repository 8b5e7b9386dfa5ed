// SPDX-License-Identifier: Apache-2.0
package dev.sinew.haproxy.config;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.sinew.Expect;
import java.io.ByteArrayOutputStream;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A call of {@code grpc.health.v1.Health/Check} in bytes, for a check that can only send and compare.
 *
 * <p>HAProxy's own HTTP check sees the HTTP status, which is 200 for every gRPC error. So this writes a whole
 * cleartext HTTP/2 connection beforehand: preface, SETTINGS and their acknowledgement, HEADERS with literal
 * fields that no table depends on, and DATA with the request (RFC 9113 and 7541, gRPC over HTTP/2).
 */
public final class GrpcCheck {
  /** What a server that serves answers: a message of two bytes, status SERVING. */
  public static final String SERVING = "00000000020801";

  /** Every length then fits in seven bits, which is one byte in HPACK and in protobuf. */
  private static final int LONGEST_SERVICE = 100;

  private static final Pattern SERVICE = Pattern.compile("[A-Za-z0-9_./-]*");
  private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int SETTINGS = 4;
  private static final int ACKNOWLEDGED = 1;
  private static final int END_STREAM = 1;
  private static final int END_HEADERS = 4;

  /** Static table of HPACK: {@code :method: POST}, {@code :scheme: http}, a literal {@code :path}. */
  private static final byte[] POST_HTTP_PATH = {(byte) 0x83, (byte) 0x86, 0x04};

  private static final int LITERAL = 0;
  private static final int FIELD_SERVICE = 0x0a;

  private GrpcCheck() {}

  /** Does nothing if the name can be asked for. */
  static void checkService(String service) {
    Expect.that(
        SERVICE.matcher(service).matches() && service.length() <= LONGEST_SERVICE,
        "check.service",
        service,
        "at most 100 letters, digits and any of _ . / -");
  }

  /**
   * What to send, in hexadecimal digits.
   *
   * @param service the service to ask for, as {@code shop.Orders}; empty for the server as a whole
   */
  public static String request(String service) {
    checkService(service);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(PREFACE.getBytes(US_ASCII));
    frame(out, SETTINGS, 0, 0, new byte[0]);
    frame(out, SETTINGS, ACKNOWLEDGED, 0, new byte[0]);
    frame(out, HEADERS, END_HEADERS, 1, headers());
    frame(out, DATA, END_STREAM, 1, message(service));
    return HexFormat.of().formatHex(out.toByteArray());
  }

  private static byte[] headers() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(POST_HTTP_PATH);
    string(out, "/grpc.health.v1.Health/Check");
    for (List<String> field : List.of(
        List.of(":authority", "localhost"),
        List.of("content-type", "application/grpc"),
        List.of("te", "trailers"))) {
      out.write(LITERAL);
      field.forEach(text -> string(out, text));
    }
    return out.toByteArray();
  }

  /** Not compressed, length, then a HealthCheckRequest. */
  private static byte[] message(String service) {
    ByteArrayOutputStream request = new ByteArrayOutputStream();
    if (!service.isEmpty()) {
      request.write(FIELD_SERVICE);
      string(request, service);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(new byte[] {0, 0, 0, 0, (byte) request.size()});
    out.writeBytes(request.toByteArray());
    return out.toByteArray();
  }

  private static void string(ByteArrayOutputStream out, String text) {
    out.write(text.length());
    out.writeBytes(text.getBytes(US_ASCII));
  }

  private static void frame(
      ByteArrayOutputStream out, int type, int flags, int stream, byte[] body) {
    out.writeBytes(new byte[] {0, (byte) (body.length >> 8), (byte) body.length});
    out.write(type);
    out.write(flags);
    out.writeBytes(new byte[] {0, 0, 0, (byte) stream});
    out.writeBytes(body);
  }
}
