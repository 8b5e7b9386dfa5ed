// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sinew.controller.registry.RegistryEntry.Status;
import dev.sinew.controller.registry.ServiceDefinition.CheckDefinition;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DefinitionReaderTest {
  private static final String FULL =
      "{'ID':'o1','Name':'orders','Tags':['primary'],'Meta':{'zone':'a'},'Address':'h','Port':1,"
          + "'EnableTagOverride':false,'Weights':{'Passing':3,'Warning':1},'Checks':[{'CheckID':'c',"
          + "'Name':'n','Notes':'m','TTL':'3s','Status':'passing',"
          + "'DeregisterCriticalServiceAfter':'90s'}]}";

  @Test
  void a_full_definition_is_read() {
    CheckDefinition check = new CheckDefinition(
        "c", "n", "m", Duration.ofSeconds(3), Status.PASSING, Duration.ofSeconds(90));
    assertThat(read(FULL))
        .isEqualTo(new ServiceDefinition(
            "o1", "orders", List.of("primary"), Map.of("zone", "a"), "h", 1, 3, 1, List.of(check)));
  }

  @Test
  void what_is_left_out_is_as_in_consul() {
    ServiceDefinition service = read("{'name':'orders','Tags':null,'check':{'ttl':1000000000}}");
    CheckDefinition check = new CheckDefinition(
        "service:orders",
        "Service 'orders' check",
        "",
        Duration.ofSeconds(1),
        Status.CRITICAL,
        null);
    assertThat(service)
        .isEqualTo(new ServiceDefinition(
            "orders", "orders", List.of(), Map.of(), "", 0, 1, 1, List.of(check)));
  }

  @Test
  void several_checks_get_numbered_ids() {
    assertThat(read("{'Name':'o','Check':{'TTL':'3s'},'Checks':[{'TTL':'1s'}]}").checks())
        .extracting(CheckDefinition::id, CheckDefinition::ttl)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("service:o:1", Duration.ofSeconds(1)),
            org.assertj.core.groups.Tuple.tuple("service:o:2", Duration.ofSeconds(3)));
  }

  @Test
  void a_service_is_never_dropped_sooner_than_after_a_minute() {
    String body = "{'Name':'o','Check':{'TTL':'1s','DeregisterCriticalServiceAfter':'5s'}}";
    assertThat(read(body).checks().get(0).deregisterAfter()).isEqualTo(Duration.ofMinutes(1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'Name':'o'} x",
        "{'Name':'o','Name':'p'}",
        "{'Name':1}",
        "{'Name':'o','Tags':'a'}",
        "{'Name':'o','Tags':[1]}",
        "{'Name':'o','Port':1.5}",
        "{'Name':'o','Port':1e99}",
        "{'Name':'o','Meta':[]}",
        "{'Name':'o','Checks':{}}",
        "{'Name':'o','Check':[]}",
        "{'Name':'o\u0007'}",
        "{'Name':'o','Check':{'HTTP':'http://x'}}"
      })
  void a_definition_of_another_shape_is_refused(String body) {
    assertThatThrownBy(() -> read(body)).isInstanceOf(RefusedException.class);
  }

  @Test
  void damaged_bodies_are_refused_and_nothing_else() {
    for (int seed = 0; seed < 500; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      byte[] body = FULL.replace('\'', '"').getBytes(UTF_8);
      int damages = 1 + random.nextInt(3);
      for (int i = 0; i < damages; i++) {
        body[random.nextInt(body.length)] = (byte) random.nextInt(256);
      }
      try {
        assertThat(DefinitionReader.service(body).name()).as("seed=" + seed).isNotEmpty();
      } catch (RefusedException refused) {
        assertThat(refused.status()).as("seed=" + seed).isEqualTo(400);
      }
    }
  }

  private static ServiceDefinition read(String body) {
    return DefinitionReader.service(body.replace('\'', '"').getBytes(UTF_8));
  }
}
