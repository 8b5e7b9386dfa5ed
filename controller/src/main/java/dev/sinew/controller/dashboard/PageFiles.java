// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.dashboard;

import com.sun.net.httpserver.HttpExchange;
import dev.sinew.controller.http.Replies;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** The pages' own files. Only these names are served, so no path of a request ever reaches a file. */
public final class PageFiles {
  /** In the order in which they must be loaded; the report contains the same ones. */
  static final List<String> STYLES = List.of("uplot/uPlot.min.css", "page.css", "parts.css");

  static final List<String> SCRIPTS = List.of(
      "uplot/uPlot.iife.min.js",
      "format.js",
      "series.js",
      "markers.js",
      "charts.js",
      "events.js",
      "replicas.js",
      "status.js",
      "store.js",
      "page.js");

  /** What the other pages need beside. */
  static final List<String> OTHERS =
      List.of("uplot/LICENSE", "overview.css", "overview.js", "login.js");

  private static final String PREFIX = "/page/";
  private static final Map<String, String> TYPES = Map.of(
      "html", "text/html; charset=utf-8",
      "css", "text/css; charset=utf-8",
      "js", "text/javascript; charset=utf-8",
      "LICENSE", "text/plain; charset=utf-8");

  private PageFiles() {}

  /** Answers a request below {@code /page/}. */
  public static void serve(HttpExchange exchange) {
    String path = exchange.getRequestURI().getPath();
    String name = path.startsWith(PREFIX) ? path.substring(PREFIX.length()) : "";
    if (has(name)) {
      send(exchange, 200, name);
    } else {
      Replies.text(exchange, 404, "not found");
    }
  }

  /** Answers with one of the pages: {@code index.html}, {@code overview.html}, {@code login.html}. */
  public static void send(HttpExchange exchange, int status, String name) {
    Replies.send(exchange, status, type(name), bytes(name));
  }

  static boolean has(String name) {
    return STYLES.contains(name) || SCRIPTS.contains(name) || OTHERS.contains(name);
  }

  static String type(String name) {
    return TYPES.getOrDefault(
        name.substring(Math.max(name.lastIndexOf('.'), name.lastIndexOf('/')) + 1), "text/plain");
  }

  static byte[] bytes(String name) {
    try (InputStream in = PageFiles.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("page file: " + name + " (expected: on the class path)");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String text(String name) {
    return new String(bytes(name), StandardCharsets.UTF_8);
  }
}
