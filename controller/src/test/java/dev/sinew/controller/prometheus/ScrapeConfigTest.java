// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.prometheus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

final class ScrapeConfigTest {
  private static final ScrapeConfig STANDARD =
      new ScrapeConfig("", "sinew.token", "sinew.rules.yml");

  @TempDir
  Path folder;

  private JsonNode read(ScrapeConfig config, String fleet) {
    return Fleets.tree(config.text(Fleets.read(folder, fleet)));
  }

  private static List<String> jobs(JsonNode config) {
    List<String> jobs = new ArrayList<>();
    config.path("scrape_configs").forEach(job -> jobs.add(job.path("job_name").asString()));
    return jobs;
  }

  @Test
  void replicas_come_from_the_controllers_list_and_the_controller_stands_in_the_file() {
    JsonNode config = read(STANDARD, Fleets.TWO);

    assertThat(jobs(config)).containsExactly("sinew-replicas", "sinew-controller");
    assertThat(config.toString())
        .contains("{\"url\":\"http://127.0.0.1:7979/sd\",\"refresh_interval\":\"5s\"}")
        .contains("\"targets\":[\"127.0.0.1:7979\"]", "\"rule_files\":[\"sinew.rules.yml\"]")
        .contains("\"regex\":\"controller\",\"action\":\"drop\"")
        .doesNotContain("authorization");
  }

  @Test
  void it_scrapes_as_fast_as_the_fastest_service_asks() {
    String fleet = "prometheus: {address: \"http://127.0.0.1:9090\"}\n" + Fleets.TWO
        + "    signals: {source: prometheus, interval: 2s}\n";

    assertThat(STANDARD.text(Fleets.read(folder, fleet)))
        .contains("  scrape_interval: 2s\n", "  scrape_timeout: 1600ms\n");
    assertThat(STANDARD.text(Fleets.read(folder, fleet.replace("2s", "1m, freshness: 4m"))))
        .contains("  scrape_interval: 5s\n", "  scrape_timeout: 4s\n");
  }

  @Test
  void a_token_is_a_file_and_never_in_the_text() {
    String text = STANDARD.text(Fleets.read(Path.of("../examples/fleet/full.yaml")));

    assertThat(text)
        .contains("(umask 077 && printf %s \"$SINEW_TOKEN\" > sinew.token)")
        .contains("\n        authorization: {credentials_file: sinew.token}\n")
        .contains("\n    authorization: {credentials_file: sinew.token}\n")
        .contains("job_name: sinew-haproxy")
        .contains("targets: ['127.0.0.1:8405']");
  }

  @Test
  void an_address_that_only_listens_is_not_the_one_to_ask() {
    String token = "token: {env: T}";
    assertThat(STANDARD.text(Fleets.read(
            folder,
            "controller: {listen: \"0.0.0.0:80\", hosts: [sinew.example], " + token + "}\n"
                + Fleets.TWO)))
        .contains("url: http://sinew.example:80/sd");
    assertThat(
            STANDARD.text(Fleets.read(folder, "controller: {listen: \"[::1]:80\"}\n" + Fleets.TWO)))
        .contains("url: http://[::1]:80/sd");
    assertThat(new ScrapeConfig("other:81", "t", "r")
            .text(Fleets.read(folder, "controller: {listen: \"127.0.0.1:0\"}\n" + Fleets.TWO)))
        .contains("url: http://other:81/sd");
  }

  @Test
  void an_open_port_and_names_that_break_the_file_are_refused() {
    String open = "controller: {listen: \"127.0.0.1:0\"}\n" + Fleets.TWO;
    assertThatThrownBy(() -> STANDARD.text(Fleets.read(folder, open)))
        .hasMessage("controller.listen: 127.0.0.1:0"
            + " (expected: a port that is not 0, or --controller HOST:PORT)");
    assertThatThrownBy(() -> new ScrapeConfig("host", "t", "r"))
        .hasMessage("--controller: host (expected: host and port, as 127.0.0.1:7979)");
    assertThatThrownBy(() -> new ScrapeConfig("host:65536", "t", "r"))
        .hasMessageStartingWith("--controller: ");
    assertThatThrownBy(() -> new ScrapeConfig("", "a: b", "r"))
        .hasMessageStartingWith("--token-file: ");
    assertThatThrownBy(() -> new ScrapeConfig("", "t", "r\n"))
        .hasMessageStartingWith("--rules-file: ");
  }
}
