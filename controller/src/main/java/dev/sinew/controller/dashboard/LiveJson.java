// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.dashboard;

import java.io.StringWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.json.JsonMapper;

/**
 * The page's data as JSON: columns for points, arrays for rows, null for unknown.
 *
 * <p>Every text is cleaned here, once: names come from outside. Control and direction-changing characters
 * are shown as escapes, long texts cut; the page puts them in as text, never as HTML.
 */
public final class LiveJson {
  static final int LONGEST_NAME = 120;
  static final int LONGEST_TEXT = 1000;
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private LiveJson() {}

  /** The run and a part of its history; for watchers that know nothing yet. */
  static String hello(RunInfo run, LiveHistory.Snapshot snapshot) {
    return object(json -> {
      writeRun(json, run);
      writeHistory(json, snapshot);
    });
  }

  /** A part of the history; for watchers that know what came before. */
  static String news(LiveHistory.Snapshot snapshot) {
    return object(json -> writeHistory(json, snapshot));
  }

  /** Everything that a report shows. */
  static String report(RunInfo run, LiveHistory.Snapshot snapshot, Map<String, String> summary) {
    return object(json -> {
      writeRun(json, run);
      writeHistory(json, snapshot);
      writeMap(json, "summary", summary);
    });
  }

  private static String object(Body body) {
    StringWriter out = new StringWriter();
    try (JsonGenerator json = MAPPER.createGenerator(out)) {
      json.writeStartObject();
      body.write(json);
      json.writeEndObject();
    }
    return out.toString();
  }

  private static void writeRun(JsonGenerator json, RunInfo run) {
    json.writeObjectPropertyStart("run");
    json.writeStringProperty("id", clean(run.runId(), LONGEST_NAME));
    json.writeStringProperty("title", clean(run.title(), LONGEST_NAME));
    json.writeStringProperty("service", clean(run.service(), LONGEST_NAME));
    json.writeStringProperty("startedAt", run.startedAt().toString());
    json.writeName("sloMillis");
    number(json, run.sloMillis());
    json.writeNumberProperty("min", run.min());
    json.writeNumberProperty("max", run.max());
    writeMap(json, "machine", run.machine());
    writeMap(json, "versions", run.versions());
    json.writeEndObject();
  }

  private static void writeHistory(JsonGenerator json, LiveHistory.Snapshot snapshot) {
    json.writeObjectPropertyStart("points");
    column(json, "at", snapshot.points(), LivePoint::atSeconds);
    column(json, "offered", snapshot.points(), LivePoint::offered);
    column(json, "ok", snapshot.points(), LivePoint::ok);
    column(json, "failed", snapshot.points(), LivePoint::failed);
    column(json, "p50", snapshot.points(), LivePoint::p50Millis);
    column(json, "p99", snapshot.points(), LivePoint::p99Millis);
    column(json, "desired", snapshot.points(), LivePoint::desired);
    column(json, "ready", snapshot.points(), LivePoint::ready);
    column(json, "warming", snapshot.points(), LivePoint::warming);
    column(json, "draining", snapshot.points(), LivePoint::draining);
    column(json, "utilization", snapshot.points(), LivePoint::utilization);
    json.writeEndObject();
    json.writeArrayPropertyStart("events");
    for (LiveHistory.Numbered numbered : snapshot.events()) {
      writeEvent(json, numbered);
    }
    json.writeEndArray();
    if (snapshot.status() != null) {
      writeStatus(json, snapshot.status());
    }
    if (snapshot.rowTotal() >= 0) {
      json.writeNumberProperty("rowTotal", snapshot.rowTotal());
      json.writeArrayPropertyStart("rows");
      for (ReplicaRow row : snapshot.rows()) {
        writeRow(json, row);
      }
      json.writeEndArray();
    }
  }

  private static void writeStatus(JsonGenerator json, LiveStatus status) {
    json.writeObjectPropertyStart("status");
    json.writeStringProperty("state", clean(status.state(), LONGEST_NAME));
    json.writeNumberProperty("min", status.min());
    json.writeNumberProperty("max", status.max());
    json.writeBooleanProperty("alone", status.alone());
    texts(json, "troubles", status.troubles());
    texts(json, "notes", status.notes());
    texts(json, "now", status.now());
    json.writeEndObject();
  }

  private static void texts(JsonGenerator json, String name, List<String> texts) {
    json.writeArrayPropertyStart(name);
    texts.forEach(text -> json.writeString(clean(text, LONGEST_TEXT)));
    json.writeEndArray();
  }

  private static void writeEvent(JsonGenerator json, LiveHistory.Numbered numbered) {
    LiveEvent event = numbered.event();
    json.writeStartObject();
    json.writeStringProperty("label", numbered.label());
    json.writeStringProperty("kind", event.kind().name().toLowerCase(Locale.ROOT));
    json.writeName("at");
    number(json, event.atSeconds());
    json.writeStringProperty("text", clean(event.text(), LONGEST_TEXT));
    if (event.from() >= 0 && event.to() >= 0) {
      json.writeNumberProperty("from", event.from());
      json.writeNumberProperty("to", event.to());
    }
    json.writeEndObject();
  }

  private static void writeRow(JsonGenerator json, ReplicaRow row) {
    json.writeStartArray();
    json.writeString(clean(row.id(), LONGEST_NAME));
    json.writeString(clean(row.state(), LONGEST_NAME));
    number(json, Math.floor(row.ageSeconds()));
    number(json, row.shareOfCalls());
    number(json, row.inFlight());
    number(json, row.utilization());
    number(json, row.withheldShare());
    json.writeString(clean(row.withheldWhy(), LONGEST_NAME));
    json.writeEndArray();
  }

  private static void writeMap(JsonGenerator json, String name, Map<String, String> map) {
    json.writeArrayPropertyStart(name);
    map.forEach((key, value) -> {
      json.writeStartArray();
      json.writeString(clean(key, LONGEST_NAME));
      json.writeString(clean(value, LONGEST_TEXT));
      json.writeEndArray();
    });
    json.writeEndArray();
  }

  private static void column(
      JsonGenerator json, String name, List<LivePoint> points, ToDoubleFunction<LivePoint> value) {
    json.writeArrayPropertyStart(name);
    for (LivePoint point : points) {
      number(json, value.applyAsDouble(point));
    }
    json.writeEndArray();
  }

  /** Three decimals are more than a pixel shows. */
  private static void number(JsonGenerator json, double value) {
    if (Double.isNaN(value)) {
      json.writeNull();
    } else if (value == Math.rint(value)) {
      json.writeNumber((long) value);
    } else {
      json.writeNumber(Math.round(value * 1000) / 1000.0);
    }
  }

  /**
   * A text that can do nothing but be read: white space becomes a space, control and format characters and
   * lone surrogates become escapes, and what is longer than {@code longest} characters is cut, with a
   * fingerprint at its end so that two long names stay two.
   */
  public static String clean(String text, int longest) {
    StringBuilder out = new StringBuilder();
    int at = 0;
    while (at < text.length() && out.length() < longest) {
      int c = text.codePointAt(at);
      at += Character.charCount(c);
      if (Character.isWhitespace(c)) {
        out.append(' ');
      } else if (plain(c)) {
        out.appendCodePoint(c);
      } else {
        out.append(String.format("\\u%04x", c));
      }
    }
    if (at < text.length()) {
      out.append("… #").append(Integer.toHexString(text.hashCode()));
    }
    return out.toString();
  }

  private static boolean plain(int c) {
    int type = Character.getType(c);
    return type != Character.CONTROL && type != Character.FORMAT && type != Character.SURROGATE;
  }

  private interface Body {
    void write(JsonGenerator json);
  }
}
