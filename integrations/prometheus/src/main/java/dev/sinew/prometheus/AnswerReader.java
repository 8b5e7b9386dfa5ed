// SPDX-License-Identifier: Apache-2.0
package dev.sinew.prometheus;

import dev.sinew.Expect;
import dev.sinew.prometheus.http.Failure;
import dev.sinew.prometheus.http.UnusableAnswerException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The envelope of Prometheus' HTTP API, version 1, read to its end before anything in it counts.
 *
 * <p>Remarks on the query ("PromQL info", "PromQL warning") are borne. Any other warning means that a
 * storage behind the server did not answer, so that series may be missing; so does VictoriaMetrics'
 * {@code isPartial}.
 */
final class AnswerReader {
  static final int MOST_SERIES = 20_000;

  private static final JsonMapper JSON = new JsonMapper(JsonFactory.builder()
      .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
      .streamReadConstraints(StreamReadConstraints.builder()
          .maxNestingDepth(16)
          .maxNumberLength(64)
          .maxStringLength(65_536)
          .maxNameLength(4096)
          .build())
      .build());
  // Go's way of writing a float64; Java would also take 1d, 0x1p3 and spaces.
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?[0-9]{1,400}(\\.[0-9]{1,400})?(e[+-]?[0-9]{1,4})?");
  private static final double LATEST_SECONDS = 1e11;

  private final Elements elements;
  private String type = "";
  private String status = "";
  private String error = "";
  private boolean partial;
  private int count;

  /** Takes the elements of a result one by one. */
  interface Elements {
    void take(JsonNode element) throws UnusableAnswerException;
  }

  private AnswerReader(Elements elements) {
    this.elements = elements;
  }

  /**
   * Reads an answer.
   *
   * @param elements is handed the series, or the two parts of a scalar; what it took is void if an
   *     exception follows
   * @return the type of the result, as {@code vector}
   */
  static String read(byte[] body, Elements elements) throws UnusableAnswerException {
    AnswerReader reader = new AnswerReader(elements);
    try (JsonParser parser = JSON.createParser(utf8(body))) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw malformed("no JSON object");
      }
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        reader.field(parser);
      }
      if (parser.nextToken() != null) {
        throw malformed("more than one JSON object");
      }
    } catch (JacksonException e) {
      throw malformed(Expect.printable(String.valueOf(e.getOriginalMessage())));
    }
    return reader.type();
  }

  private void field(JsonParser parser) throws UnusableAnswerException {
    String name = parser.currentName();
    parser.nextToken();
    switch (name) {
      case "status" -> status = text(parser.readValueAsTree());
      case "error" -> error = text(parser.readValueAsTree());
      case "isPartial" -> partial |= !parser.readValueAsTree().toString().equals("false");
      case "warnings" -> warnings(parser.readValueAsTree());
      case "data" -> data(parser);
      default -> parser.skipChildren();
    }
  }

  private void data(JsonParser parser) throws UnusableAnswerException {
    if (parser.currentToken() == JsonToken.VALUE_NULL) {
      return;
    }
    require(parser.currentToken() == JsonToken.START_OBJECT, "data is no object");
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      parser.nextToken();
      switch (name) {
        case "resultType" -> type = text(parser.readValueAsTree());
        case "result" -> result(parser);
        default -> parser.skipChildren();
      }
    }
  }

  private void result(JsonParser parser) throws UnusableAnswerException {
    require(parser.currentToken() == JsonToken.START_ARRAY, "the result is no array");
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      JsonNode element = parser.readValueAsTree();
      if (++count > MOST_SERIES) {
        throw new UnusableAnswerException(
            Failure.TOO_MANY_SERIES, "more than " + MOST_SERIES + " series");
      }
      elements.take(element);
    }
  }

  private void warnings(JsonNode warnings) throws UnusableAnswerException {
    for (JsonNode warning : warnings) {
      String text = text(warning);
      partial |= !text.startsWith("PromQL info") && !text.startsWith("PromQL warning");
    }
  }

  private String type() throws UnusableAnswerException {
    if (status.equals("error")) {
      throw new UnusableAnswerException(
          Failure.FAILED, "the query failed: " + Expect.printable(error));
    }
    require(status.equals("success"), "no status");
    require(!type.isEmpty(), "no result");
    if (partial) {
      throw new UnusableAnswerException(Failure.PARTIAL, "series may be missing");
    }
    return type;
  }

  /** A string of a tree. */
  static String text(JsonNode node) throws UnusableAnswerException {
    require(node.isString(), "no string where one belongs");
    return node.stringValue();
  }

  /** Seconds since 1970 as the API writes times. */
  static double seconds(JsonNode node) throws UnusableAnswerException {
    require(node.isNumber(), "no time where one belongs");
    double seconds = node.doubleValue();
    require(seconds >= 0 && seconds < LATEST_SECONDS, "a time beyond all times");
    return seconds;
  }

  /** A number as the API writes values: NaN and infinite ones are numbers, too. */
  static double number(JsonNode node) throws UnusableAnswerException {
    require(node.isString(), "no value where one belongs");
    String text = node.stringValue();
    switch (text) {
      case "NaN" -> {
        return Double.NaN;
      }
      case "+Inf", "Inf" -> {
        return Double.POSITIVE_INFINITY;
      }
      case "-Inf" -> {
        return Double.NEGATIVE_INFINITY;
      }
      default -> {
        require(NUMBER.matcher(text).matches(), "a value that is no number");
        return Double.parseDouble(text);
      }
    }
  }

  static void require(boolean condition, String otherwise) throws UnusableAnswerException {
    if (!condition) {
      throw malformed(otherwise);
    }
  }

  private static String utf8(byte[] body) throws UnusableAnswerException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
    } catch (CharacterCodingException e) {
      throw malformed("no UTF-8");
    }
  }

  private static UnusableAnswerException malformed(String message) {
    return new UnusableAnswerException(
        Failure.MALFORMED, "it is no answer of a Prometheus: " + message);
  }
}
