// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.xml.sax.InputSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class StoryPictureTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  @Test
  void it_is_well_formed_and_tells_what_happened() throws Exception {
    JsonNode run = JSON.readTree("""
            {"calls": {"total": 1200, "failed": 0},
             "faults": [{"kind": "kill -9", "atSeconds": 1.5, "replica": "<orders>&1"}],
             "decisions": [{"atSeconds": 1, "from": 2, "to": 5, "reasons": [{"because": "load"}]}],
             "series": [{"offered": 100, "ready": 2, "p99Millis": 90},
                        {"offered": 400, "ready": 5, "p99Millis": null},
                        {"offered": 400, "ready": 5, "p99Millis": 120}]}
            """);

    String svg = StoryPicture.of(run);

    DocumentBuilderFactory.newDefaultInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(svg)));
    assertThat(svg)
        .contains("2 → 5 replicas", "kill -9 &lt;orders>&amp;1", "1,200 calls, 0 failed")
        .doesNotContain("<script", "NaN");
  }

  /** Renews the picture of the README: {@code -Dsinew.story=out.json}. */
  @Test
  @Tag("screenshots")
  @EnabledIfSystemProperty(named = "sinew.story", matches = ".+")
  void renew() throws Exception {
    Path json = Path.of(System.getProperty("sinew.story", ""));
    String svg = StoryPicture.of(JSON.readTree(json.toFile()));
    assertThat(svg.length()).isLessThan(1 << 20);
    Files.writeString(Path.of("../docs/demo.svg"), svg);
  }
}
