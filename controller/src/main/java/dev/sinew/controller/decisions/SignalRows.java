// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.decisions;

import dev.sinew.autoscaler.signal.Metric;
import dev.sinew.autoscaler.signal.Signal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;

/**
 * Signals as one row for each origin, replica and time: id, age in nanoseconds, the metrics in a stated
 * order, null where there is none, and at the end the origin unless it is the replica itself.
 *
 * <p>Signals of one metric, replica and time keep their order; no rule sees any other.
 */
final class SignalRows {
  private SignalRows() {}

  private record Key(@Nullable String replica, Instant at, String origin) {}

  static void write(JsonGenerator json, List<Signal> signals, Instant now) {
    List<Metric> metrics =
        signals.stream().map(Signal::metric).distinct().sorted().toList();
    json.writeObjectPropertyStart("signals");
    json.writeArrayPropertyStart("metrics");
    metrics.forEach(metric -> json.writeString(metric.name()));
    json.writeEndArray();
    json.writeArrayPropertyStart("rows");
    for (Row row : rows(signals, metrics)) {
      json.writeStartArray();
      json.writeString(row.key.replica());
      writeTime(json, row.key.at(), now);
      for (double value : row.values) {
        number(json, value);
      }
      if (!row.key.origin().equals(Signal.DIRECT)) {
        json.writeString(row.key.origin());
      }
      json.writeEndArray();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static List<Row> rows(List<Signal> signals, List<Metric> metrics) {
    List<Row> rows = new ArrayList<>();
    Map<Key, Row> latest = new HashMap<>();
    for (Signal signal : signals) {
      Key key = new Key(signal.replica(), signal.at(), signal.origin());
      int column = metrics.indexOf(signal.metric());
      Row row = latest.get(key);
      if (row == null || !Double.isNaN(row.values[column])) {
        row = new Row(key, metrics.size());
        latest.put(key, row);
        rows.add(row);
      }
      row.values[column] = signal.value();
    }
    return rows;
  }

  /** The age, or the time itself if it is centuries away. */
  private static void writeTime(JsonGenerator json, Instant at, Instant now) {
    try {
      json.writeNumber(Duration.between(at, now).toNanos());
    } catch (ArithmeticException e) {
      json.writeString(at.toString());
    }
  }

  /** Every bit of it, and whole numbers without a fraction; NaN, which no signal has, is null. */
  static void number(JsonGenerator json, double value) {
    long whole = (long) value;
    if (Double.isNaN(value)) {
      json.writeNull();
    } else if (Double.compare((double) whole, value) == 0 && Math.abs(value) < 1e15) {
      json.writeNumber(whole);
    } else {
      json.writeNumber(value);
    }
  }

  static List<Signal> read(JsonNode node, Instant now) {
    List<Metric> metrics = new ArrayList<>();
    for (JsonNode metric : node.path("metrics")) {
      metrics.add(Metric.valueOf(metric.stringValue()));
    }
    List<Signal> signals = new ArrayList<>();
    for (JsonNode row : node.path("rows")) {
      String replica = row.path(0).isNull() ? null : row.path(0).stringValue();
      JsonNode time = row.path(1);
      Instant at =
          time.isNumber() ? now.minusNanos(time.longValue()) : Instant.parse(time.stringValue());
      JsonNode last = row.path(metrics.size() + 2);
      String origin = last.isMissingNode() ? Signal.DIRECT : last.stringValue();
      for (int i = 0; i < metrics.size(); i++) {
        JsonNode value = row.path(i + 2);
        if (value.isNumber()) {
          signals.add(new Signal(metrics.get(i), replica, value.doubleValue(), at, origin));
        }
      }
    }
    return signals;
  }

  /** Sum, mean, greatest and number of what replicas tell of themselves; for people. */
  static void writeTotals(JsonGenerator json, List<Signal> signals) {
    Map<Metric, List<Double>> values = new LinkedHashMap<>();
    signals.stream()
        .filter(signal -> signal.replica() != null && signal.origin().equals(Signal.DIRECT))
        .forEach(signal -> values
            .computeIfAbsent(signal.metric(), metric -> new ArrayList<>())
            .add(signal.value()));
    json.writeObjectPropertyStart("totals");
    values.forEach((metric, all) -> {
      double sum = all.stream().mapToDouble(Double::doubleValue).sum();
      double most = all.stream().mapToDouble(Double::doubleValue).max().orElse(0);
      json.writeObjectPropertyStart(metric.name());
      rounded(json, "sum", sum);
      rounded(json, "mean", sum / all.size());
      rounded(json, "max", most);
      json.writeNumberProperty("of", all.size());
      json.writeEndObject();
    });
    json.writeEndObject();
  }

  /** Three decimals suit the eye; the exact values are in the rows. */
  private static void rounded(JsonGenerator json, String name, double value) {
    json.writeName(name);
    boolean small = Math.abs(value) < 1e12;
    if (Double.isInfinite(value)) {
      json.writeNull();
    } else {
      number(json, small ? Math.round(value * 1000) / 1000.0 : value);
    }
  }

  private static final class Row {
    final Key key;
    final double[] values;

    Row(Key key, int metrics) {
      this.key = key;
      this.values = new double[metrics];
      Arrays.fill(values, Double.NaN);
    }
  }
}
