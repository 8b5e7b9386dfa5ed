// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.dashboard;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** The page's own files. Only these names are served, so no path of a request ever reaches a file. */
final class PageFiles {
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

  private static final Map<String, String> TYPES = Map.of(
      "html", "text/html; charset=utf-8",
      "css", "text/css; charset=utf-8",
      "js", "text/javascript; charset=utf-8",
      "LICENSE", "text/plain; charset=utf-8");

  private PageFiles() {}

  static boolean has(String name) {
    return STYLES.contains(name) || SCRIPTS.contains(name) || name.equals("uplot/LICENSE");
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
