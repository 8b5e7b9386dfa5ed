// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.decisions;

import dev.sinew.autoscaler.policy.Hold;
import dev.sinew.autoscaler.policy.Situation;
import dev.sinew.autoscaler.target.Reason;
import dev.sinew.autoscaler.target.Replica;
import dev.sinew.autoscaler.target.ScaleDecision;
import dev.sinew.controller.decisions.LogRecord.Decided;
import dev.sinew.controller.decisions.LogRecord.Event;
import dev.sinew.controller.decisions.LogRecord.Settings;
import java.io.StringWriter;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.json.JsonMapper;

/** Writes records as JSON: first what people look for, at the end the bulk. */
final class RecordWriter {
  private static final JsonMapper PLAIN = JsonMapper.builder().build();

  /** For text that cannot be written, such as half a character, or that a terminal would obey. */
  private static final JsonMapper ESCAPING =
      JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

  /**
   * What stands between a decision and its situation. No text can hold it: its quotes would be escaped.
   */
  static final String BULK = ",\"situation\":{";

  private RecordWriter() {}

  static String head(String service) {
    return object(json -> {
      json.writeStringProperty("type", "log");
      json.writeNumberProperty("version", RecordReader.VERSION);
      json.writeStringProperty("service", service);
    });
  }

  /** The JSON of a record; a decision refers to a base of the same file, or to none. */
  static String text(LogRecord record, Base base) {
    return object(json -> {
      if (record instanceof Decided decided) {
        write(json, decided, base);
      } else if (record instanceof Settings settings) {
        json.writeStringProperty("type", "settings");
        json.writeStringProperty("at", settings.at().toString());
        json.writeStringProperty("digest", settings.digest());
        SettingsJson.write(json, settings.policy());
      } else if (record instanceof Event event) {
        json.writeStringProperty("type", "event");
        json.writeStringProperty("at", event.at().toString());
        json.writeStringProperty("kind", event.kind().name());
        json.writeStringProperty("by", event.by());
        json.writeStringProperty("text", event.text());
      }
    });
  }

  private static String object(Consumer<JsonGenerator> body) {
    String text = object(PLAIN, body);
    return plain(text) ? text : object(ESCAPING, body);
  }

  private static String object(JsonMapper mapper, Consumer<JsonGenerator> body) {
    StringWriter out = new StringWriter();
    try (JsonGenerator json = mapper.createGenerator(out)) {
      json.writeStartObject();
      body.accept(json);
      json.writeEndObject();
    }
    return out.toString();
  }

  private static boolean plain(String text) {
    return text.codePoints()
        .allMatch(c -> c < 0x7f
            || switch (Character.getType(c)) {
              case Character.CONTROL,
                  Character.FORMAT,
                  Character.LINE_SEPARATOR,
                  Character.PARAGRAPH_SEPARATOR,
                  Character.SURROGATE -> false;
              default -> true;
            });
  }

  private static void write(JsonGenerator json, Decided decided, Base base) {
    Situation situation = decided.situation();
    write(json, decided);
    json.writeObjectPropertyStart("situation");
    json.writeStringProperty("now", situation.now().toString());
    json.writeNumberProperty("desired", situation.replicas().desired());
    for (Replica.State state : Replica.State.values()) {
      json.writeNumberProperty(state.name(), situation.replicas().in(state).size());
    }
    json.writeNumberProperty("epoch", situation.epoch());
    Hold hold = situation.hold();
    if (hold != null) {
      json.writeArrayPropertyStart("hold").writeString(hold.by()).writeString(hold.why());
      json.writeString(hold.since().toString()).writeEndArray();
    }
    SignalRows.writeTotals(json, situation.signals());
    if (base.offset() >= 0) {
      json.writeNumberProperty("base", base.offset());
    }
    Rows.write(
        json,
        "recent",
        base.recent(),
        situation.recent(),
        (to, proposal) -> to.writeStartArray()
            .writeString(proposal.at().toString())
            .writeNumber(proposal.replicas())
            .writeEndArray());
    Rows.write(
        json, "decisions", base.decisions(), situation.decisions(), RecordWriter::writeEarlier);
    Rows.write(
        json, "replicas", base.replicas(), situation.replicas().all(), RecordWriter::writeReplica);
    SignalRows.write(json, situation.signals(), situation.now());
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, Decided decided) {
    ScaleDecision decision = decided.decision();
    json.writeStringProperty("type", "decided");
    json.writeStringProperty("at", decision.at().toString());
    json.writeNumberProperty("from", decision.from());
    json.writeNumberProperty("to", decision.to());
    json.writeNumberProperty("proposed", decision.proposed());
    json.writeNumberProperty("epoch", decision.epoch());
    if (decided.dryRun()) {
      json.writeBooleanProperty("dryRun", true);
    }
    if (decided.brief()) {
      json.writeBooleanProperty("brief", true);
    }
    json.writeArrayPropertyStart("reasons");
    for (Reason reason : decision.reasons()) {
      json.writeStartArray().writeString(reason.rule()).writeNumber(reason.before());
      json.writeNumber(reason.after()).writeString(reason.because()).writeEndArray();
    }
    json.writeEndArray();
    write(json, "victims", decision.victims());
  }

  private static void write(JsonGenerator json, String name, List<String> texts) {
    json.writeArrayPropertyStart(name);
    texts.forEach(json::writeString);
    json.writeEndArray();
  }

  /** No rule looks at anything else of an earlier decision. */
  private static void writeEarlier(JsonGenerator json, ScaleDecision decision) {
    json.writeStartArray().writeString(decision.at().toString());
    json.writeNumber(decision.from()).writeNumber(decision.to()).writeEndArray();
  }

  private static void writeReplica(JsonGenerator json, Replica replica) {
    Instant readyAt = replica.readyAt();
    json.writeStartArray().writeString(replica.id()).writeString(replica.state().name());
    json.writeString(replica.startedAt().toString());
    if (readyAt == null) {
      json.writeNull();
    } else {
      json.writeString(readyAt.toString());
    }
    json.writeEndArray();
  }
}
