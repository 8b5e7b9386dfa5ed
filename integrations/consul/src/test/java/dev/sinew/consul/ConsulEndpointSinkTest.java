// SPDX-License-Identifier: Apache-2.0
package dev.sinew.consul;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sinew.endpoint.Endpoint;
import dev.sinew.endpoint.EndpointSink;
import dev.sinew.endpoint.Health;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConsulEndpointSinkTest {
  private static final Endpoint ONE = Endpoint.of("10.0.0.1", 1);
  private static final String REGISTER =
      "PUT /v1/agent/service/register?replace-existing-checks=true s3cret";
  private static final String BEAT = "PUT /v1/agent/check/update/10.0.0.1%3A1%3Attl s3cret";
  private static final String GOODBYE = "{\"Status\":\"critical\",\"Output\":\"leaving\"}";
  private static final String DEREGISTER = "PUT /v1/agent/service/deregister/10.0.0.1%3A1 s3cret";

  private final ScriptedAgent agent;
  private final ConsulEndpointSink sink;

  ConsulEndpointSinkTest() throws Exception {
    agent = new ScriptedAgent();
    sink = new ConsulEndpointSink(agent.target(), Duration.ofMillis(150));
  }

  @AfterEach
  void close() {
    agent.close();
    sink.close();
  }

  @Test
  void it_registers_beats_and_withdraws() throws Exception {
    script(200, 4);
    EndpointSink.Registration registration = sink.register(ONE);
    await(() -> agent.requests.size() >= 3);
    script(200, 10);
    registration.close();
    assertThat(agent.requests).startsWith(REGISTER, BEAT, BEAT).endsWith(BEAT, DEREGISTER);
    assertThat(agent.bodies).contains(GOODBYE, "");
  }

  @ParameterizedTest
  @ValueSource(ints = {404, 500})
  void a_registry_that_does_not_know_the_check_hears_the_registration_again(int unknown)
      throws Exception {
    script(200, 2).then(unknown, 0, "unknown").then(200, 0, "").then(200, 0, "");
    sink.register(ONE);
    await(() -> agent.requests.size() >= 5);
    assertThat(agent.requests).startsWith(REGISTER, BEAT, BEAT, REGISTER, BEAT);
  }

  @Test
  void it_keeps_trying_while_it_is_refused() throws Exception {
    agent.then(403, 0, "Permission denied").then(429, 0, "").then(200, 0, "").then(200, 0, "");
    sink.register(ONE);
    await(() -> agent.requests.size() >= 4);
    assertThat(agent.requests).startsWith(REGISTER, REGISTER, REGISTER, BEAT);
  }

  @Test
  void a_change_of_health_does_not_wait_for_the_next_beat() throws Exception {
    ConsulEndpointSink slow = new ConsulEndpointSink(agent.target(), Duration.ofMinutes(10));
    script(200, 5);
    EndpointSink.Registration registration = slow.register(ONE);
    await(() -> agent.requests.size() == 2);
    registration.health(Health.CRITICAL);
    await(() -> agent.requests.size() == 3);
    slow.close();
    assertThat(agent.requests).containsExactly(REGISTER, BEAT, BEAT, BEAT, DEREGISTER);
  }

  @Test
  void closing_takes_two_seconds_at_most_when_the_registry_hangs() throws Exception {
    EndpointSink.Registration registration = sink.register(ONE);
    await(() -> agent.requests.size() == 1);
    long began = System.nanoTime();
    registration.close();
    assertThat(System.nanoTime() - began).isLessThan(TimeUnit.MILLISECONDS.toNanos(2_500));
  }

  @Test
  void an_end_during_the_registration_is_followed_by_nothing_but_the_withdrawal() throws Exception {
    CountDownLatch gate = new CountDownLatch(1);
    agent.thenAfter(gate, 200);
    script(200, 9);
    endAndClose(1, gate);
    assertThat(agent.requests).containsExactly(REGISTER, BEAT, DEREGISTER);
    assertThat(agent.bodies.get(1)).isEqualTo(GOODBYE);
  }

  @Test
  void an_end_during_a_beat_that_is_unknown_is_followed_by_nothing_but_the_withdrawal()
      throws Exception {
    CountDownLatch gate = new CountDownLatch(1);
    script(200, 1).thenAfter(gate, 404);
    script(200, 9);
    endAndClose(2, gate);
    assertThat(agent.requests).containsExactly(REGISTER, BEAT, BEAT, DEREGISTER);
    assertThat(agent.bodies.get(2)).isEqualTo(GOODBYE);
  }

  /** Ends a new registration while its so-manieth request waits at the gate. */
  private void endAndClose(int request, CountDownLatch gate) throws InterruptedException {
    ConsulRegistration registration = (ConsulRegistration) sink.register(ONE);
    await(() -> agent.requests.size() == request);
    registration.end();
    gate.countDown();
    registration.close();
  }

  @Test
  void when_its_agent_stays_away_it_goes_to_the_next_one() throws Exception {
    try (ScriptedAgent other = new ScriptedAgent();
        ConsulEndpointSink both =
            new ConsulEndpointSink(ScriptedAgent.target(agent, other), Duration.ofMillis(150))) {
      script(200, 2);
      for (int i = 0; i < 100; i++) {
        other.then(200, 0, "");
      }
      both.register(ONE);
      await(() -> agent.requests.size() == 2);
      agent.close();
      await(() -> other.requests.size() >= 2);
      assertThat(other.requests).startsWith(REGISTER, BEAT);
    }
  }

  @Test
  void an_endpoint_that_consul_cannot_hold_is_refused_at_once() {
    assertThatThrownBy(() -> sink.register(ONE.withId("a b")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("endpoint.id: a b (expected:");
    assertThat(agent.requests).isEmpty();
  }

  private ScriptedAgent script(int status, int times) {
    for (int i = 0; i < times; i++) {
      agent.then(status, 0, "");
    }
    return agent;
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (!condition.getAsBoolean() && System.nanoTime() < deadline) {
      TimeUnit.MILLISECONDS.sleep(2);
    }
    assertThat(condition.getAsBoolean()).isTrue();
  }
}
