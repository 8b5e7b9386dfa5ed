// SPDX-License-Identifier: Apache-2.0
package dev.sinew.consul.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinew.consul.server.ConsulAgent;
import dev.sinew.consul.server.ConsulCluster;
import dev.sinew.grpc.SinewChannels;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.stub.ClientCalls;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A Consul that dies, stands still, has no leader or lies costs no idempotent call, although a replica
 * is killed meanwhile. An outage lasts 5 s, or as many as {@code -Dsinew.outage=SECONDS} says.
 */
@Tag("consul")
class ConsulFaultsTest {
  private static final int OUTAGE_SECONDS = Integer.getInteger("sinew.outage", 5);

  /** Three that stay and the one that is killed. */
  private static final int FLEET = 4;

  /** A restarted client's calls are to succeed within 2 s; a busy machine gets twice as long. */
  private static final long START_MILLIS = 4_000;

  @TempDir
  Path folder;

  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (int i = open.size() - 1; i >= 0; i--) {
      open.get(i).close();
    }
  }

  @Test
  void the_agent_is_killed_and_comes_back() throws Exception {
    ConsulAgent agent = opened(ConsulAgent.dev());
    ReplicaProcess victim = fleet(target(agent.authority()));
    Calls calls = calls(target(agent.authority()));
    agent.kill();
    outage(victim);
    agent.start();
    agent.awaitLeader();
    recovered(calls);
    report("agent-killed", calls);
  }

  @Test
  void the_agent_stands_still_and_goes_on() throws Exception {
    ConsulAgent agent = opened(ConsulAgent.dev());
    ReplicaProcess victim = fleet(target(agent.authority()));
    Calls calls = calls(target(agent.authority()));
    agent.signal("STOP");
    outage(victim);
    agent.signal("CONT");
    recovered(calls);
    report("agent-stopped", calls);
  }

  @Test
  void the_majority_of_the_servers_is_lost_and_comes_back() throws Exception {
    ConsulCluster cluster = opened(ConsulCluster.start());
    String target = target(
        cluster.agents().stream().map(ConsulAgent::authority).collect(Collectors.joining(",")));
    ReplicaProcess victim = fleet(target);
    Calls calls = calls(target);
    List<ConsulAgent> majority = cluster.agents().subList(1, 3);
    majority.forEach(ConsulAgent::kill);
    outage(victim);
    for (ConsulAgent agent : majority) {
      agent.start();
    }
    recovered(calls);
    report("majority-lost", calls);
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void the_answers_are_not_true(LyingProxy.Lie lie) throws Exception {
    ConsulAgent agent = opened(ConsulAgent.dev());
    LyingProxy proxy = opened(new LyingProxy(agent));
    ReplicaProcess victim = fleet(target(agent.authority()));
    Calls calls = calls(target(proxy.authority()));
    proxy.tell(lie);
    outage(victim);
    assertThat(proxy.lies()).isPositive();
    switch (lie) {
      case EMPTIED, HALVED, DEAD_ADDRESSES ->
        assertThat(calls.stats().suspiciousLists()).as(calls.stats().toString()).isPositive();
      default -> assertThat(calls.stats().retained()).isZero();
    }
    assertThat(calls.stats().ready()).isEqualTo(FLEET - 1);
    proxy.tell(LyingProxy.Lie.NONE);
    calls.await("what stays", stats -> stats.ready() == FLEET - 1);
    report("answers-" + lie, calls);
  }

  @Test
  void a_client_restarts_from_its_snapshot_while_the_agent_is_dead() throws Exception {
    ConsulAgent agent = opened(ConsulAgent.dev());
    String target = target(agent.authority());
    ReplicaProcess victim = fleet(target);
    try (Calls first = new Calls(remembering(target)).start()) {
      first.await("all replicas", stats -> stats.ready() == FLEET);
      agent.kill();
      first.finish();
    }
    victim.kill();
    long began = System.nanoTime();
    Calls second = opened(new Calls(remembering(target)));
    CallOptions options = CallOptions.DEFAULT.withDeadlineAfter(10, TimeUnit.SECONDS);
    ClientCalls.blockingUnaryCall(second.channel, Replica.GET, options, "");
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
    assertThat(millis).isLessThan(START_MILLIS);
    assertThat(second.stats().fromSnapshot()).isTrue();
    second.start();
    TimeUnit.SECONDS.sleep(1);
    report("client-restarted first_answer_ms=" + millis, second);
  }

  private ManagedChannel remembering(String target) {
    return SinewChannels.forTarget(target).snapshot(folder).build();
  }

  /** Three servers that register, and a fourth in a process of its own. */
  private ReplicaProcess fleet(String target) throws Exception {
    ReplicaProcess victim = opened(new ReplicaProcess(target, 0));
    for (int i = 1; i < FLEET; i++) {
      Server server = Replica.start(target, 0);
      open.add(server::shutdownNow);
    }
    return victim.serving();
  }

  private Calls calls(String target) throws InterruptedException {
    Calls calls = opened(new Calls(SinewChannels.forTarget(target).build()));
    calls.channel.getState(true);
    calls.await("all replicas", stats -> stats.ready() == FLEET);
    return calls.start();
  }

  /** Lasts as long as it shall; a replica dies in the middle. */
  private static void outage(ReplicaProcess victim) throws InterruptedException {
    TimeUnit.MILLISECONDS.sleep(OUTAGE_SECONDS * 500L);
    victim.kill();
    TimeUnit.MILLISECONDS.sleep(OUTAGE_SECONDS * 500L);
  }

  /** The registry is believed again, and names no dead replica. */
  private static void recovered(Calls calls) throws InterruptedException {
    calls.await("the truth", stats -> stats.known() == FLEET - 1 && stats.ready() == FLEET - 1);
    calls.await("no doubt", stats -> stats.retained() == 0);
  }

  private static void report(String fault, Calls calls) throws InterruptedException {
    System.out.printf("consul: fault=%s outage_s=%d %s%n", fault, OUTAGE_SECONDS, calls.finish());
  }

  private static String target(String authority) {
    return "consul://" + authority + "/orders";
  }

  private <T extends AutoCloseable> T opened(T closeable) {
    open.add(closeable);
    return closeable;
  }
}
