// SPDX-License-Identifier: Apache-2.0
package dev.sinew.prometheus;

import dev.sinew.prometheus.http.Failure;
import dev.sinew.prometheus.http.UnusableAnswerException;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * The answer to an instant query: a vector, or a scalar as a vector of one.
 *
 * @param points one for each series, of any value
 */
record InstantAnswer(List<Point> points) {
  /** The label that names a replica. */
  static final String REPLICA = "replica";

  /**
   * One series at one time.
   *
   * @param replica the value of the label, or empty without it
   * @param evaluated when the query was evaluated, in seconds since 1970 by the server's clock
   * @param value any number, NaN and infinite ones included
   */
  record Point(String replica, double evaluated, double value) {}

  /** Reads a body; nothing of a broken one is used. */
  static InstantAnswer parse(byte[] body) throws UnusableAnswerException {
    List<Point> points = new ArrayList<>();
    List<JsonNode> scalar = new ArrayList<>();
    boolean[] histogram = new boolean[1];
    String type = AnswerReader.read(body, element -> {
      if (!element.isObject()) {
        scalar.add(element);
      } else if (element.has("value")) {
        points.add(point(element));
      } else {
        histogram[0] = true;
      }
    });
    boolean vector = type.equals("vector") && !histogram[0];
    if (!vector && !type.equals("scalar")) {
      throw new UnusableAnswerException(
          Failure.WRONG_TYPE, "a vector or scalar of numbers is needed, not a " + kind(type));
    }
    AnswerReader.require(vector ? scalar.isEmpty() : points.isEmpty(), "a result of another type");
    if (!vector) {
      AnswerReader.require(scalar.size() == 2, "a scalar of other than two parts");
      points.add(
          new Point("", AnswerReader.seconds(scalar.get(0)), AnswerReader.number(scalar.get(1))));
    }
    return new InstantAnswer(List.copyOf(points));
  }

  private static String kind(String type) {
    return switch (type) {
      case "matrix", "string" -> type;
      case "vector" -> "vector of histograms";
      default -> "result of an unknown type";
    };
  }

  private static Point point(JsonNode series) throws UnusableAnswerException {
    JsonNode labels = series.path("metric");
    JsonNode value = series.path("value");
    AnswerReader.require(labels.isObject(), "a series without labels");
    AnswerReader.require(value.isArray() && value.size() == 2, "a value without its time");
    String replica = labels.has(REPLICA) ? AnswerReader.text(labels.path(REPLICA)) : "";
    return new Point(
        replica, AnswerReader.seconds(value.get(0)), AnswerReader.number(value.get(1)));
  }
}
