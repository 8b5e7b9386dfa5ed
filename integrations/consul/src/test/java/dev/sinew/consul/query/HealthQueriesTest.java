// SPDX-License-Identifier: Apache-2.0
package dev.sinew.consul.query;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sinew.consul.http.ConsulTarget;
import dev.sinew.endpoint.Endpoint;
import java.net.URLDecoder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HealthQueriesTest {
  private static final Duration WAIT = Duration.ofSeconds(15);
  private static final String SERVICE = "/v1/health/service/orders?";

  private final HealthQueries queries = new HealthQueries(
      ConsulTarget.parse("consul://127.0.0.1:1/orders?tag=a&tag=b&dc=c", name -> null));

  @Test
  void every_query_has_the_tags_and_the_datacenter() {
    assertThat(queries.passing(0, WAIT)).isEqualTo(SERVICE + "passing&stale&tag=a&tag=b&dc=c");
    assertThat(decoded(queries.failing(0, WAIT)))
        .isEqualTo(SERVICE + "stale&filter=Checks.Status != \"passing\"&tag=a&tag=b&dc=c");
    assertThat(decoded(queries.recovered(List.of(named("o-1"), named("o-2")))))
        .isEqualTo(
            SERVICE
                + "passing&stale&filter=Service.ID == \"o-1\" or Service.ID == \"o-2\"&tag=a&tag=b&dc=c");
  }

  @Test
  void it_waits_beyond_an_index_only() {
    assertThat(queries.passing(7, WAIT)).endsWith("&index=7&wait=15s");
    assertThat(queries.failing(7, Duration.ofMillis(1_250))).endsWith("&index=7&wait=1250ms");
  }

  @Test
  void an_id_that_could_end_the_quotation_is_not_asked_for() {
    assertThat(queries.recovered(List.of(named("a\"or`b"), named("a\\")))).isEmpty();
    assertThat(decoded(queries.recovered(List.of(named("a`b"), named("good")))))
        .contains("filter=Service.ID == \"good\"&");
  }

  @Test
  void a_query_has_32_ids_at_most() {
    List<Endpoint> many = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      many.add(named("o-" + i));
    }
    assertThat(decoded(queries.recovered(many)).split(" or ", -1)).hasSize(32);
    assertThat(queries.recovered(List.of())).isEmpty();
  }

  private static String decoded(String path) {
    return URLDecoder.decode(path, UTF_8);
  }

  private static Endpoint named(String id) {
    return Endpoint.of("10.0.0.1", 1).withId(id);
  }
}
