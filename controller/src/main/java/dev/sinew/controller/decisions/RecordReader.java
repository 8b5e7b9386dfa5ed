// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.decisions;

import dev.sinew.autoscaler.policy.Hold;
import dev.sinew.autoscaler.policy.Proposal;
import dev.sinew.autoscaler.policy.Situation;
import dev.sinew.autoscaler.target.Reason;
import dev.sinew.autoscaler.target.Replica;
import dev.sinew.autoscaler.target.Replicas;
import dev.sinew.autoscaler.target.ScaleDecision;
import dev.sinew.controller.decisions.LogRecord.Decided;
import dev.sinew.controller.decisions.LogRecord.Event;
import dev.sinew.controller.decisions.LogRecord.Settings;
import dev.sinew.controller.decisions.file.Line;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads the lines of one file in order, because a decision refers to the one before it. */
final class RecordReader {
  static final int VERSION = 1;

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private Base base = Base.NONE;

  /** The version that a file's first line names, or null if that is none. */
  static @Nullable Integer version(byte[] line) {
    String text = Line.text(line);
    try {
      JsonNode node = text == null ? null : JSON.readTree(text);
      boolean head = node != null && node.path("type").asString("").equals("log");
      return node != null && head ? (Integer) node.path("version").intValue() : null;
    } catch (RuntimeException e) {
      return null;
    }
  }

  /** The record of a line, or null if the line is damaged or refers to one that was. */
  @Nullable LogRecord record(byte[] line, long offset) {
    String text = Line.text(line);
    try {
      return text == null ? null : record(JSON.readTree(text), offset);
    } catch (RuntimeException e) {
      return null;
    }
  }

  /** The same, but of a decision without its situation, which is nearly all of the work. */
  @Nullable LogRecord outline(byte[] line) {
    String text = Line.text(line);
    int bulk = text == null ? -1 : text.indexOf(RecordWriter.BULK);
    try {
      return text == null
          ? null
          : record(JSON.readTree(bulk < 0 ? text : text.substring(0, bulk) + "}"), -1);
    } catch (RuntimeException e) {
      return null;
    }
  }

  private @Nullable LogRecord record(JsonNode node, long offset) {
    Instant at = time(node.path("at"));
    return switch (node.path("type").asString("")) {
      case "decided" -> decided(node, at, offset);
      case "settings" ->
        new Settings(at, node.path("digest").stringValue(), SettingsJson.read(node.path("policy")));
      case "event" ->
        new Event(
            at,
            Event.Kind.valueOf(node.path("kind").stringValue()),
            node.path("by").stringValue(),
            node.path("text").stringValue());
      default -> null;
    };
  }

  private @Nullable Decided decided(JsonNode node, Instant at, long offset) {
    boolean outline = offset < 0;
    Situation situation =
        outline ? unknown(at, node.path("from").intValue()) : situation(node.path("situation"));
    if (situation == null) {
      return null;
    }
    base = Base.of(offset, situation);
    List<Reason> reasons = new ArrayList<>();
    for (JsonNode reason : node.path("reasons")) {
      reasons.add(new Reason(
          reason.path(0).stringValue(),
          reason.path(1).intValue(),
          reason.path(2).intValue(),
          reason.path(3).stringValue()));
    }
    List<String> victims = new ArrayList<>();
    node.path("victims").forEach(victim -> victims.add(victim.stringValue()));
    ScaleDecision decision = new ScaleDecision(
        at,
        node.path("from").intValue(),
        node.path("to").intValue(),
        victims,
        node.path("proposed").intValue(),
        node.path("epoch").longValue(),
        reasons);
    return new Decided(situation, decision, node.has("dryRun"), outline || node.has("brief"));
  }

  private static Situation unknown(Instant at, int desired) {
    Replicas replicas = new Replicas(desired, List.of());
    return new Situation(at, replicas, List.of(), List.of(), List.of(), 0);
  }

  private @Nullable Situation situation(JsonNode node) {
    Base before = Base.NONE;
    if (node.has("base")) {
      before = base;
      if (before.offset() != node.path("base").longValue()) {
        return null;
      }
    }
    Instant now = time(node.path("now"));
    List<Replica> replicas =
        Rows.read(node.path("replicas"), before.replicas(), RecordReader::replica);
    JsonNode hold = node.path("hold");
    return new Situation(
        now,
        new Replicas(node.path("desired").intValue(), replicas),
        SignalRows.read(node.path("signals"), now),
        Rows.read(node.path("recent"), before.recent(), RecordReader::proposal),
        Rows.read(node.path("decisions"), before.decisions(), RecordReader::earlier),
        node.path("epoch").longValue(),
        hold.isArray()
            ? new Hold(hold.path(0).stringValue(), hold.path(1).stringValue(), time(hold.path(2)))
            : null);
  }

  private static Replica replica(JsonNode node) {
    JsonNode readyAt = node.path(3);
    return new Replica(
        node.path(0).stringValue(),
        Replica.State.valueOf(node.path(1).stringValue()),
        time(node.path(2)),
        readyAt.isNull() ? null : time(readyAt));
  }

  private static Proposal proposal(JsonNode node) {
    return new Proposal(time(node.path(0)), node.path(1).intValue());
  }

  private static ScaleDecision earlier(JsonNode node) {
    return new ScaleDecision(
        time(node.path(0)),
        node.path(1).intValue(),
        node.path(2).intValue(),
        List.of(),
        0,
        List.of());
  }

  private static Instant time(JsonNode node) {
    return Instant.parse(node.stringValue());
  }
}
