// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.dashboard;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A run as one file: the live page's own scripts and styles with the run's data inside, and a summary. It
 * opens from disk and asks for nothing: its policy allows exactly the scripts and styles it contains, by
 * their hashes, and no connection at all.
 */
public final class ReportHtml {
  private static final String DATA = "<script id=\"data\" type=\"application/json\">";

  private ReportHtml() {}

  /**
   * The report of what a history holds.
   *
   * @param facts what else the summary shall say, name and value, after the figures it has by itself
   */
  public static String of(LiveHistory history, Map<String, String> facts) {
    Map<String, String> summary = new LinkedHashMap<>(history.summary());
    summary.putAll(facts);
    String json = LiveJson.report(history.run(), history.snapshot(), summary);
    List<String> styles = new ArrayList<>();
    PageFiles.STYLES.forEach(name -> styles.add(PageFiles.text(name)));
    List<String> scripts = new ArrayList<>();
    PageFiles.SCRIPTS.forEach(name -> scripts.add(PageFiles.text(name)));
    String policy = "default-src 'none'; script-src" + hashes(scripts) + "; style-src"
        + hashes(styles) + "; img-src data:; base-uri 'none'; form-action 'none'";
    return PageFiles.text("index.html")
        .replaceAll("(?m)^ *<(link|script)[^>]*(/page/)[^>]*>(</script>)?\n", "")
        .replace("<meta charset=\"utf-8\">", "<meta charset=\"utf-8\">\n" + policyTag(policy))
        .replace("</head>", tags("style", styles) + "</head>")
        .replace(
            "</body>",
            licence() + DATA + inert(json) + "</script>\n" + tags("script", scripts) + "</body>");
  }

  private static String policyTag(String policy) {
    return "<meta http-equiv=\"Content-Security-Policy\" content=\"" + policy + "\">";
  }

  /** JSON that cannot end its script element, whatever its texts contain. */
  private static String inert(String json) {
    return json.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026");
  }

  private static String tags(String element, List<String> contents) {
    return contents.stream()
        .map(content -> "<" + element + ">" + content + "</" + element + ">\n")
        .collect(Collectors.joining());
  }

  private static String licence() {
    return "<!-- The charts are drawn by uPlot 1.6.32.\n" + PageFiles.text("uplot/LICENSE")
        + "-->\n";
  }

  private static String hashes(List<String> contents) {
    return contents.stream().map(ReportHtml::hash).collect(Collectors.joining());
  }

  private static String hash(String content) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(content.getBytes(StandardCharsets.UTF_8));
      return " 'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
