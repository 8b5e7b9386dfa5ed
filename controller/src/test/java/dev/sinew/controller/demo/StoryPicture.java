// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/**
 * A demo's JSON as a picture that plays in twenty seconds: traffic, replicas and latency grow from left to
 * right, and each decision and fault is told when the line reaches it.
 *
 * <p>Styles only, no script, so that it plays wherever an image is shown; a reader who wants no motion
 * sees the whole run at once.
 */
final class StoryPicture {
  private static final int WIDTH = 880;
  private static final int LEFT = 110;
  private static final int RIGHT = 860;
  private static final int CHART = 90;
  private static final int SECONDS = 20;

  private final JsonNode run;
  private final double length;
  private final StringBuilder svg = new StringBuilder();

  private StoryPicture(JsonNode run) {
    this.run = run;
    this.length = run.at("/series").size();
  }

  /** The picture of a run. */
  static String of(JsonNode run) {
    return new StoryPicture(run).draw();
  }

  private String draw() {
    svg.append(String.format(Locale.ROOT, """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d 420" role="img" font-family="system-ui, sans-serif" font-size="14">
            <title>A demo in twenty seconds</title>
            <style>
            rect.paper { fill: #fff } text { fill: #16202c } .soft { fill: #5b6776 } .axis { stroke: #c8d0d9 }
            .grow { transform-origin: %dpx 0; animation: grow %ds linear infinite }
            @keyframes grow { from { transform: scaleX(0) } 92%% { transform: scaleX(1) } to { transform: scaleX(1) } }
            @media (prefers-color-scheme: dark) {
              rect.paper { fill: #11171d } text { fill: #e8edf2 } .soft { fill: #9aa7b5 } .axis { stroke: #3a4653 }
            }
            @media (prefers-reduced-motion: reduce) { .grow { animation: none } .caption { display: none } .last { opacity: 1; animation: none; display: inline } }
            </style>
            <rect class="paper" width="%d" height="420" rx="8"/>
            <clipPath id="past"><rect class="grow" x="%d" y="0" width="%d" height="420"/></clipPath>
            """, WIDTH, LEFT, SECONDS, WIDTH, LEFT, RIGHT - LEFT));
    chart(0, "calls/s", point -> point.at("/offered").asDouble(), "#0072b2", false);
    chart(1, "replicas", point -> point.at("/ready").asDouble(), "#009e73", false);
    chart(2, "p99, ms", point -> point.at("/p99Millis").asDouble(), "#cc79a7", true);
    marks();
    captions();
    return svg.append("</svg>\n").toString();
  }

  private void chart(
      int number,
      String name,
      Function<JsonNode, Double> value,
      String colour,
      boolean logarithmic) {
    int bottom = 110 + number * (CHART + 15);
    double max = 0;
    for (JsonNode point : run.at("/series")) {
      max = Math.max(max, value.apply(point));
    }
    double least = logarithmic ? 10 : 0;
    StringBuilder line = new StringBuilder();
    int second = 0;
    for (JsonNode point : run.at("/series")) {
      double height = scaled(Math.max(least, value.apply(point)), least, max, logarithmic);
      line.append(String.format(
          Locale.ROOT,
          "%s%.1f,%.1f",
          line.isEmpty() ? "" : " ",
          x(second++),
          bottom - height * CHART));
    }
    text(12, bottom - CHART / 2, "", name);
    text(
        LEFT - 8,
        bottom - CHART + 10,
        "soft\" text-anchor=\"end",
        String.format(Locale.ROOT, "%,.0f", max));
    text(LEFT - 8, bottom, "soft\" text-anchor=\"end", String.format(Locale.ROOT, "%.0f", least));
    svg.append(String.format(
        Locale.ROOT,
        "<line class=\"axis\" x1=\"%d\" x2=\"%d\" y1=\"%d\" y2=\"%d\"/>%n"
            + "<polyline clip-path=\"url(#past)\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\" points=\"%s\"/>%n",
        LEFT,
        RIGHT,
        bottom,
        bottom,
        colour,
        line));
  }

  private static double scaled(double value, double least, double max, boolean logarithmic) {
    return logarithmic
        ? Math.log(value / least) / Math.log(max / least)
        : (value - least) / (max - least);
  }

  private void marks() {
    for (JsonNode fault : run.at("/faults")) {
      mark(fault.at("/atSeconds").asDouble(), "#d55e00", "4 3");
    }
    for (JsonNode decision : run.at("/decisions")) {
      mark(decision.at("/atSeconds").asDouble(), "#8a96a3", "1 3");
    }
  }

  private void mark(double at, String colour, String dashes) {
    svg.append(String.format(
        Locale.ROOT,
        "<line clip-path=\"url(#past)\" x1=\"%.1f\" x2=\"%.1f\" y1=\"15\" y2=\"325\" stroke=\"%s\" stroke-dasharray=\"%s\"/>%n",
        x(at),
        x(at),
        colour,
        dashes));
  }

  /** Each caption shows from its moment to the next one's. */
  private void captions() {
    List<Caption> captions = new ArrayList<>();
    for (JsonNode fault : run.at("/faults")) {
      captions.add(new Caption(
          fault.at("/atSeconds").asDouble(),
          fault.at("/kind").asString() + " " + fault.at("/replica").asString(),
          "a call that was lost is tried again on another replica"));
    }
    for (JsonNode decision : run.at("/decisions")) {
      captions.add(new Caption(
          decision.at("/atSeconds").asDouble(),
          decision.at("/from").asInt() + " → " + decision.at("/to").asInt() + " replicas",
          decision.at("/reasons/0/because").asString()));
    }
    captions.sort((a, b) -> Double.compare(a.atSeconds(), b.atSeconds()));
    String total = String.format(
        Locale.ROOT,
        "%,d calls, %d failed",
        run.at("/calls/total").asInt(),
        run.at("/calls/failed").asInt());
    captions.add(new Caption(
        length,
        total,
        run.at("/calls/failed").asInt() == 0
            ? "no call was lost to the kill, and none to the scaling"
            : ""));
    for (int i = 0; i < captions.size(); i++) {
      boolean last = i == captions.size() - 1;
      caption(i, captions.get(i), last ? length / 0.92 : captions.get(i + 1).atSeconds(), last);
    }
  }

  private void caption(int number, Caption caption, double until, boolean last) {
    double from = Math.max(0.01, 92 * Math.min(1, caption.atSeconds() / length));
    double to = Math.min(99.98, Math.max(from + 0.02, 92 * until / length));
    svg.append(String.format(
        Locale.ROOT,
        "<style>.c%d { opacity: 0; animation: c%d %ds step-end infinite } @keyframes c%d { 0%% { opacity: 0 } %.2f%% { opacity: 1 } %.2f%% { opacity: %d } }</style>%n",
        number,
        number,
        SECONDS,
        number,
        from,
        to,
        last ? 1 : 0));
    svg.append("<g class=\"caption")
        .append(last ? " last" : "")
        .append(" c")
        .append(number)
        .append("\">\n");
    text(LEFT, 365, "\" font-weight=\"bold\" font-size=\"18", caption.title());
    text(LEFT, 390, "soft", caption.text());
    svg.append("</g>\n");
  }

  private void text(int x, int y, String style, String content) {
    String shown = content.length() > 98 ? content.substring(0, 97) + "…" : content;
    svg.append("<text x=\"")
        .append(x)
        .append("\" y=\"")
        .append(y)
        .append("\" class=\"")
        .append(style);
    svg.append("\">").append(shown.replace("&", "&amp;").replace("<", "&lt;")).append("</text>\n");
  }

  private double x(double seconds) {
    return LEFT + (RIGHT - LEFT) * Math.min(1, seconds / length);
  }

  private record Caption(double atSeconds, String title, String text) {}
}
