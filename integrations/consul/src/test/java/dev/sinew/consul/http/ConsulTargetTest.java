// SPDX-License-Identifier: Apache-2.0
package dev.sinew.consul.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConsulTargetTest {
  @TempDir
  Path directory;

  @Test
  void a_full_target_names_everything() {
    ConsulTarget target =
        parse("consul://10.0.0.9:8501/orders?tag=a&tag=b&dc=x&token-env=MINE", Map.of("MINE", "t"));
    assertThat(target)
        .isEqualTo(new ConsulTarget(
            List.of(URI.create("http://10.0.0.9:8501")),
            "orders",
            List.of("a", "b"),
            "x",
            "t",
            Tls.OFF));
  }

  @Test
  void several_agents_may_be_escaped_as_channels_of_grpc_need_it() {
    assertThat(parse("consul://a%3A1,%5B::1%5D%3A2/orders", Map.of()).agents())
        .containsExactly(URI.create("http://a:1"), URI.create("http://[::1]:2"));
  }

  @Test
  void without_a_host_the_agent_is_the_local_one() {
    assertThat(parse("consul:///orders", Map.of()).agents())
        .containsExactly(URI.create("http://127.0.0.1:8500"));
  }

  @Test
  void without_a_host_the_environment_names_the_agent() {
    assertThat(parse("consul:///orders", Map.of("CONSUL_HTTP_ADDR", "h:1")).agents())
        .containsExactly(URI.create("http://h:1"));
    assertThat(parse("consul:///orders", Map.of("CONSUL_HTTP_ADDR", "https://h:1/"))
            .agents())
        .containsExactly(URI.create("https://h:1"));
  }

  @Test
  void the_token_is_taken_from_the_variable_before_the_file() throws Exception {
    Path file = Files.writeString(directory.resolve("token"), "from-file\n");
    Map<String, String> both =
        Map.of("CONSUL_HTTP_TOKEN", "from-variable", "CONSUL_HTTP_TOKEN_FILE", file.toString());
    assertThat(parse("consul:///orders", both).token()).isEqualTo("from-variable");
    assertThat(parse("consul:///orders", Map.of("CONSUL_HTTP_TOKEN_FILE", file.toString()))
            .token())
        .isEqualTo("from-file");
  }

  @Test
  void an_agent_that_the_target_names_is_not_sent_the_token_of_another() {
    Map<String, String> environment =
        Map.of("CONSUL_HTTP_TOKEN", "canary", "CONSUL_HTTP_TOKEN_FILE", "/nope");
    assertThat(parse("consul://127.0.0.1:8600/orders", environment).token()).isEmpty();
    assertThat(parse("consul://127.0.0.1:8600/o?token-env=CONSUL_HTTP_TOKEN", environment)
            .token())
        .isEqualTo("canary");
  }

  @Test
  void an_agent_that_the_target_names_is_found_whatever_the_token_file_is() {
    assertThat(parse("consul://127.0.0.1:8600/o", Map.of("CONSUL_HTTP_TOKEN_FILE", "/nope"))
            .token())
        .isEmpty();
  }

  @Test
  void a_token_never_shows_in_texts_or_errors() {
    ConsulTarget target = parse("consul:///orders", Map.of("CONSUL_HTTP_TOKEN", "canary"));
    assertThat(target.toString()).doesNotContain("canary");
    assertThatThrownBy(() -> parse("consul:///orders", Map.of("CONSUL_HTTP_TOKEN", "can\u0001ary")))
        .hasMessage("consul.token: (hidden) (expected: at most 4096 printable ASCII characters)");
  }

  @Test
  void several_agents_are_kept_in_their_order() {
    ConsulTarget target = parse("consul://a:1,10.0.0.1:2/orders", Map.of());
    assertThat(target.agents())
        .containsExactly(URI.create("http://a:1"), URI.create("http://10.0.0.1:2"));
    assertThat(target).hasToString("consul://a:1,10.0.0.1:2/orders");
    assertThat(parse("consul://[::1]:2/orders", Map.of()).agents())
        .containsExactly(URI.create("http://[::1]:2"));
  }

  @Test
  void tls_is_asked_for_by_itself_or_by_naming_a_file() {
    assertThat(parse("consul://h:1/o?tls=true", Map.of()).tls())
        .isEqualTo(new Tls(true, "", "", ""));
    ConsulTarget target = parse("consul://h:1/o?ca=/a.pem&cert=/b.pem&key=/c.pem", Map.of());
    assertThat(target.tls()).isEqualTo(new Tls(true, "/a.pem", "/b.pem", "/c.pem"));
    assertThat(target.agents()).containsExactly(URI.create("https://h:1"));
  }

  @Test
  void the_environment_of_consuls_command_line_speaks_of_its_own_agent_only() {
    Map<String, String> environment = Map.of(
        "CONSUL_HTTP_ADDR", "https://h:1",
        "CONSUL_CACERT", "/a.pem",
        "CONSUL_CLIENT_CERT", "/b.pem",
        "CONSUL_CLIENT_KEY", "/c.pem");
    assertThat(parse("consul:///o", environment).tls())
        .isEqualTo(new Tls(true, "/a.pem", "/b.pem", "/c.pem"));
    assertThat(parse("consul://h:2/o", environment).tls()).isEqualTo(Tls.OFF);
    assertThat(parse("consul:///o", Map.of("CONSUL_HTTP_SSL", "true")).agents())
        .containsExactly(URI.create("https://127.0.0.1:8500"));
    assertThat(parse("consul:///o", Map.of("CONSUL_CACERT", "/a.pem")).tls()).isEqualTo(Tls.OFF);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "consul://a:1,,b:2/orders",
        "consul://a:1,b/orders",
        "consul://a:1,a:2,a:3,a:4,a:5,a:6,a:7,a:8,a:9/orders",
        "consul://a:1/o?tls=yes",
        "consul://a:1/o?tls=false&ca=/a.pem",
        "consul://a:1/o?cert=/b.pem",
        "",
        "consul:",
        "consul:orders",
        "consul://h:1",
        "consul://h:1/",
        "consul:///a/b",
        "consul:///a b",
        "consul:///ä",
        "http://h:1/orders",
        "consul://h/orders",
        "consul://h:0/orders",
        "consul://h:70000/orders",
        "consul://u:p@h:1/orders",
        "consul:///orders#x",
        "consul:///orders?tag",
        "consul:///orders?tag=",
        "consul:///orders?tag=a b",
        "consul:///orders?color=red",
        "consul:///orders?token-env=UNSET",
      })
  void a_bad_target_is_one_clear_error(String target) {
    assertThatThrownBy(() -> parse(target, Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageMatching("(?s)[a-zA-Z.-]+: .* \\(expected: .+\\)");
  }

  @Test
  void a_bad_address_in_the_environment_is_named() {
    assertThatThrownBy(
            () -> parse("consul:///orders", Map.of("CONSUL_HTTP_ADDR", "unix:///run/consul")))
        .hasMessage("CONSUL_HTTP_ADDR: unix:///run/consul (expected: host:port)");
  }

  @Test
  void a_token_file_that_is_missing_is_named() {
    String file = directory.resolve("none").toString();
    assertThatThrownBy(() -> parse("consul:///o", Map.of("CONSUL_HTTP_TOKEN_FILE", file)))
        .hasMessage("CONSUL_HTTP_TOKEN_FILE: " + file + " (expected: a readable file)");
  }

  private static ConsulTarget parse(String target, Map<String, String> environment) {
    return ConsulTarget.parse(target, environment::get);
  }
}
