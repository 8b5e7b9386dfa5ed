// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc.state;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sinew.Expect;
import dev.sinew.endpoint.Endpoint;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A list of endpoints as text: version, target, time, then a line for each endpoint, whose fields are
 * URL-encoded and separated by spaces.
 */
final class SnapshotText {
  private static final String VERSION = "sinew-snapshot 1";
  private static final String UNKNOWN = "-";
  private static final int HEADER_LINES = 3;
  private static final int FIELDS = 8;
  private static final int MOST_ENDPOINTS = 100_000;

  private SnapshotText() {}

  static String format(SnapshotFile.Content content, String identity) {
    StringBuilder text = new StringBuilder();
    text.append(VERSION).append('\n');
    text.append("target ").append(identity).append('\n');
    text.append("saved ").append(content.savedAt()).append('\n');
    for (Endpoint endpoint : content.endpoints()) {
      Instant startedAt = endpoint.startedAt();
      String line = String.join(
          " ",
          encoded(endpoint.id()),
          encoded(endpoint.host()),
          String.valueOf(endpoint.port()),
          endpoint.zone().isEmpty() ? UNKNOWN : "z" + encoded(endpoint.zone()),
          String.valueOf(endpoint.weight()),
          String.valueOf(endpoint.priority()),
          startedAt == null ? UNKNOWN : startedAt.toString(),
          attributes(endpoint));
      text.append(line).append('\n');
    }
    return text.toString();
  }

  /**
   * The content of a text.
   *
   * @throws IllegalArgumentException if it is not of the form, or of another target
   */
  static SnapshotFile.Content parse(String text, String identity) {
    List<String> lines = text.lines().toList();
    Expect.that(
        lines.size() > HEADER_LINES && lines.size() <= HEADER_LINES + MOST_ENDPOINTS,
        "snapshot.lines",
        lines.size(),
        "a header and 1 to " + MOST_ENDPOINTS + " endpoints");
    Expect.that(lines.get(0).equals(VERSION), "snapshot.version", lines.get(0), VERSION);
    Expect.that(
        lines.get(1).equals("target " + identity), "snapshot.target", lines.get(1), identity);
    List<Endpoint> endpoints = new ArrayList<>();
    try {
      Instant savedAt = Instant.parse(lines.get(2).replaceFirst("^saved ", ""));
      for (String line : lines.subList(HEADER_LINES, lines.size())) {
        endpoints.add(endpoint(line));
      }
      return new SnapshotFile.Content(savedAt, endpoints);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          Expect.message("snapshot.time", String.valueOf(e.getMessage()), "ISO 8601"), e);
    }
  }

  private static Endpoint endpoint(String line) {
    String[] fields = line.split(" ", -1);
    Expect.that(fields.length == FIELDS, "snapshot.endpoint", line, FIELDS + " fields");
    return new Endpoint(
        decoded(fields[0]),
        decoded(fields[1]),
        Integer.parseInt(fields[2]),
        fields[3].equals(UNKNOWN) ? "" : decoded(fields[3].substring(1)),
        Integer.parseInt(fields[4]),
        Integer.parseInt(fields[5]),
        fields[6].equals(UNKNOWN) ? null : Instant.parse(fields[6]),
        attributes(fields[7]));
  }

  private static String attributes(Endpoint endpoint) {
    return endpoint.attributes().isEmpty()
        ? UNKNOWN
        : new TreeMap<>(endpoint.attributes())
            .entrySet().stream()
                .map(each -> encoded(each.getKey()) + "=" + encoded(each.getValue()))
                .collect(Collectors.joining("&"));
  }

  private static Map<String, String> attributes(String text) {
    Map<String, String> attributes = new HashMap<>();
    if (!text.equals(UNKNOWN)) {
      for (String each : text.split("&", -1)) {
        int equals = each.indexOf('=');
        Expect.that(equals >= 0, "snapshot.attribute", each, "key=value");
        attributes.put(decoded(each.substring(0, equals)), decoded(each.substring(equals + 1)));
      }
    }
    return attributes;
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, UTF_8);
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text, UTF_8);
  }
}
