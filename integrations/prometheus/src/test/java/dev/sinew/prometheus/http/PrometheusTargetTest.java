// SPDX-License-Identifier: Apache-2.0
package dev.sinew.prometheus.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PrometheusTargetTest {
  private static final PrometheusTarget PLAIN = PrometheusTarget.at("http://127.0.0.1:9090");

  @Test
  void a_path_is_kept_without_its_last_slash() {
    assertThat(PrometheusTarget.at("https://metrics.example/prometheus/").address())
        .hasToString("https://metrics.example/prometheus");
    assertThat(PrometheusTarget.at("http://[::1]:9090/").address())
        .hasToString("http://[::1]:9090");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "127.0.0.1:9090",
        "ftp://a",
        "http://",
        "http:///x",
        "http://a?b=c",
        "http://a#b",
        "http://a b",
        "http://a:70000",
        "http://a/%00"
      })
  void what_is_no_address_is_refused_with_its_form(String address) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PrometheusTarget.at(address))
        .withMessage("prometheus.address: " + address
            + " (expected: http://host:port or https://host:port)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://user:s3cret@a", "http://user:s3cret@ a"})
  void a_password_in_an_address_is_refused_and_not_shown(String address) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PrometheusTarget.at(address))
        .withMessageContaining("(hidden)")
        .withMessageNotContaining("s3cret");
  }

  @Test
  void secrets_are_in_no_text_of_it() {
    assertThat(PLAIN.withToken("s3cret")).hasToString("http://127.0.0.1:9090");
    assertThat(PLAIN.withUser("ann", "s3cret")).hasToString("http://127.0.0.1:9090");
    assertThat(PLAIN.withToken("s3cret").authorization()).isEqualTo("Bearer s3cret");
    assertThat(PLAIN.withUser("ann", "s3cret").authorization()).isEqualTo("Basic YW5uOnMzY3JldA==");
    assertThat(PLAIN.withUser("ann", "s3cret").withoutSecrets("YW5uOnMzY3JldA== s3cret ok"))
        .isEqualTo("(hidden) (hidden) ok");
  }

  @Test
  void what_does_not_go_together_is_refused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PLAIN.withToken("a").withUser("b", "c"))
        .withMessage("prometheus.token: (hidden) (expected: a token or a user)");
    assertThatIllegalArgumentException().isThrownBy(() -> PLAIN.withUser("", "s3cret"));
    assertThatIllegalArgumentException().isThrownBy(() -> PLAIN.withUser("a:b", "c"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PLAIN.withCa("ca.pem"))
        .withMessage("prometheus.ca: ca.pem (expected: with an address of https)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PLAIN.withToken("s3 cret"))
        .withMessageNotContaining("s3");
  }
}
