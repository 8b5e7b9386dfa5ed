// SPDX-License-Identifier: Apache-2.0
package dev.sinew.prometheus;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.sinew.prometheus.InstantAnswer.Point;
import dev.sinew.prometheus.http.Failure;
import dev.sinew.prometheus.http.UnusableAnswerException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class InstantAnswerTest {
  private static final String ONE =
      "{'metric':{'replica':'r1','job':'x'},'value':[1795380745.545,'20.5']}";
  private static final String GOOD = vector(ONE + ",{'metric':{},'value':[1795380745,'1e-05']}");

  static String vector(String series) {
    return "{'status':'success','data':{'resultType':'vector','result':[" + series + "]}}";
  }

  static byte[] bytes(String text) {
    return text.replace('\'', '"').getBytes(UTF_8);
  }

  @Test
  void a_vector_is_read_with_the_label_of_its_replicas() throws Exception {
    assertThat(InstantAnswer.parse(bytes(GOOD)).points())
        .containsExactly(new Point("r1", 1795380745.545, 20.5), new Point("", 1795380745, 0.00001));
  }

  @Test
  void the_parts_may_come_in_any_order_and_with_more() throws Exception {
    assertThat(InstantAnswer.parse(bytes("{'infos':['x'],'data':{'stats':{'a':[1]},'result':["
                + ONE + "],'resultType':'vector'},'warnings':['PromQL info: metric might not be"
                + " a counter'],'isPartial':false,'status':'success'}"))
            .points())
        .hasSize(1);
  }

  @Test
  void a_scalar_is_a_value_of_the_whole_service() throws Exception {
    byte[] scalar = bytes("{'status':'success','data':{'resultType':'scalar','result':[7,'3']}}");
    assertThat(InstantAnswer.parse(scalar).points()).containsExactly(new Point("", 7, 3));
  }

  @Test
  void values_that_are_no_numbers_to_reckon_with_are_read_as_such() throws Exception {
    String series = "{'metric':{},'value':[1,'NaN']},{'metric':{},'value':[1,'+Inf']},"
        + "{'metric':{},'value':[1,'-Inf']},{'metric':{},'value':[1,'1e308']},"
        + "{'metric':{},'value':[1,'-4']}";
    assertThat(InstantAnswer.parse(bytes(vector(series))).points())
        .extracting(Point::value)
        .containsExactly(
            Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 1e308, -4.0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "null",
        "[]",
        "20.5",
        "<html><body>Bad Gateway</body></html>",
        "{}",
        "{'status':'success'}",
        "{'status':'success','data':null}",
        "{'status':'success','data':[]}",
        "{'status':'success','data':{}}",
        "{'status':'success','data':{'resultType':'vector'}}garbage",
        "{'status':1,'data':{'resultType':'vector','result':[]}}",
        "{'status':'ok','data':{'resultType':'vector','result':[]}}",
        "{'data':{'resultType':'vector','result':[]}}",
        "{'status':'success','data':{'resultType':'vector','result':{}}}",
        "{'status':'success','data':{'resultType':'vector','result':[1,'2']}}",
        "{'status':'success','data':{'resultType':'scalar','result':[1]}}",
        "{'status':'success','data':{'resultType':'scalar','result':[1,2]}}",
        "{'status':'success','status':'success','data':{'resultType':'vector','result':[]}}",
        "{'status':'success','warnings':[1],'data':{'resultType':'vector','result':[]}}",
      })
  void what_is_no_answer_is_malformed(String body) {
    assertFails(bytes(body), Failure.MALFORMED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'metric':[],'value':[1,'2']}",
        "{'value':[1,'2']}",
        "{'metric':{'replica':1},'value':[1,'2']}",
        "{'metric':{},'value':[1,2]}",
        "{'metric':{},'value':['1','2']}",
        "{'metric':{},'value':[1]}",
        "{'metric':{},'value':[1,'2','3']}",
        "{'metric':{},'value':[-1,'2']}",
        "{'metric':{},'value':[1e12,'2']}",
        "{'metric':{},'value':[1e999,'2']}",
        "{'metric':{},'value':[1,'']}",
        "{'metric':{},'value':[1,'0x1p3']}",
        "{'metric':{},'value':[1,'1d']}",
        "{'metric':{},'value':[1,' 1']}",
        "{'metric':{},'value':[1,'Infinity']}",
        "{'metric':{},'value':[1,'1,5']}",
      })
  void one_malformed_series_spoils_the_answer(String series) {
    assertFails(bytes(vector(ONE + "," + series)), Failure.MALFORMED);
  }

  @Test
  void text_that_is_no_utf_8_is_malformed() {
    assertFails(
        vector("{'metric':{'a':'\u00e9'},'value':[1,'2']}").replace('\'', '"').getBytes(ISO_8859_1),
        Failure.MALFORMED);
  }

  @Test
  void an_answer_cut_off_anywhere_is_malformed() {
    byte[] good = bytes(GOOD);
    for (int length = 0; length < good.length; length++) {
      assertFails(Arrays.copyOf(good, length), Failure.MALFORMED);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "matrix|[{'metric':{},'values':[[1,'2']]}]",
        "string|[1,'abc']",
        "vector|[{'metric':{},'histogram':[1,{}]}]",
        "streams|[]",
      })
  void other_types_are_no_signal(String type, String result) {
    assertFails(
        bytes("{'status':'success','data':{'resultType':'" + type + "','result':" + result + "}}"),
        Failure.WRONG_TYPE);
  }

  @Test
  void a_failed_query_with_a_good_status_line_is_a_failure() {
    assertFails(
        bytes("{'status':'error','errorType':'execution','error':'boom','data':null}"),
        Failure.FAILED);
  }

  @Test
  void series_that_may_be_missing_make_the_rest_unknown() {
    String data = "'data':{'resultType':'vector','result':[" + ONE + "]}}";
    assertFails(
        bytes("{'status':'success','warnings':['store 2: connection refused']," + data),
        Failure.PARTIAL);
    assertFails(bytes("{'status':'success','isPartial':true," + data), Failure.PARTIAL);
  }

  @Test
  void the_number_of_series_is_bounded() throws Exception {
    String series = ("," + ONE).repeat(AnswerReader.MOST_SERIES);
    assertThat(InstantAnswer.parse(bytes(vector(series.substring(1)))).points())
        .hasSize(AnswerReader.MOST_SERIES);
    assertFails(bytes(vector(ONE + series)), Failure.TOO_MANY_SERIES);
  }

  @Test
  void deep_nesting_and_long_numbers_are_refused() {
    assertFails(
        bytes("{'x':" + "[".repeat(100_000) + "]".repeat(100_000) + "}"), Failure.MALFORMED);
    assertFails(
        bytes(vector("{'metric':{},'value':[" + "9".repeat(100_000) + ",'1']}")),
        Failure.MALFORMED);
    assertFails(
        bytes(vector("{'metric':{},'value':[1,'" + "9".repeat(60_000) + "']}")), Failure.MALFORMED);
  }

  @Test
  void no_mutation_throws_anything_else_or_brings_a_value_that_is_not_in_it() {
    long seed = 20_261_122;
    SplittableRandom random = new SplittableRandom(seed);
    JsonMapper lenient = new JsonMapper();
    int taken = 0;
    for (int i = 0; i < 10_000; i++) {
      byte[] mutant = mutated(bytes(GOOD), random);
      try {
        List<Point> points = InstantAnswer.parse(mutant).points();
        assertThat(points)
            .as("seed %d, mutation %d: %s", seed, i, new String(mutant, UTF_8))
            .isEqualTo(read(lenient.readTree(mutant)));
        taken++;
      } catch (UnusableAnswerException e) {
        assertThat(e.getMessage()).hasSizeLessThan(400);
      } catch (RuntimeException e) {
        fail("seed " + seed + ", mutation " + i + ": " + new String(mutant, UTF_8), e);
      }
    }
    assertThat(taken).isBetween(100, 5_000);
  }

  /** Another reading of the same: by a tree of the whole, which must be as a Prometheus makes it. */
  private static List<Point> read(JsonNode root) {
    assertThat(root.path("status").stringValue()).isEqualTo("success");
    assertThat(root.path("data").path("resultType").stringValue()).isEqualTo("vector");
    List<Point> points = new ArrayList<>();
    for (JsonNode series : root.path("data").path("result")) {
      points.add(new Point(
          series.path("metric").path("replica").asString(""),
          series.path("value").get(0).doubleValue(),
          Double.parseDouble(series.path("value").get(1).stringValue())));
    }
    return points;
  }

  private static byte[] mutated(byte[] good, SplittableRandom random) {
    byte[] mutant = good.clone();
    int changes = 1 + random.nextInt(3);
    for (int c = 0; c < changes; c++) {
      int at = random.nextInt(mutant.length);
      switch (random.nextInt(5)) {
        case 0 -> mutant[at] = (byte) random.nextInt(256);
        case 1 -> mutant[at] = (byte) "{}[]\",:0123456789eE+-. ".charAt(random.nextInt(22));
        case 2 -> mutant = Arrays.copyOf(mutant, Math.max(1, at));
        case 3 -> mutant = spliced(mutant, at, Math.min(mutant.length, at + random.nextInt(20)), 0);
        default -> mutant = spliced(mutant, at, at, random.nextInt(20));
      }
    }
    return mutant;
  }

  /** Without a piece, or with some bytes twice. */
  private static byte[] spliced(byte[] bytes, int from, int to, int again) {
    byte[] head = Arrays.copyOf(bytes, Math.min(bytes.length, to + again));
    byte[] tail = Arrays.copyOfRange(bytes, to, bytes.length);
    byte[] result = Arrays.copyOf(head, (again > 0 ? head.length : from) + tail.length);
    System.arraycopy(tail, 0, result, again > 0 ? head.length : from, tail.length);
    return result.length == 0 ? new byte[1] : result;
  }

  private static void assertFails(byte[] body, Failure failure) {
    try {
      fail("read as " + InstantAnswer.parse(body));
    } catch (UnusableAnswerException e) {
      assertThat(e.failure()).as(e.getMessage()).isEqualTo(failure);
    }
  }
}
