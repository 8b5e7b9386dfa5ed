// SPDX-License-Identifier: Apache-2.0
package dev.sinew.haproxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinew.haproxy.Plan.Leaving;
import dev.sinew.haproxy.Plan.Memory;
import dev.sinew.haproxy.Plan.Step;
import java.net.InetAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PlanTest {
  private static final long GRACE = Duration.ofSeconds(5).toNanos();
  private static final long SECOND = Duration.ofSeconds(1).toNanos();
  private static final Memory FRESH = new Memory(Map.of(), Set.of());
  private static final ServerState GOOD =
      new ServerState("127.0.0.1", 9001, true, false, false, 100, false, false, true, 3);

  @Test
  void a_missing_server_is_added_with_all_its_words_and_never_with_enabled() {
    ServerOptions options = ServerOptions.grpc()
        .withSlowStart(Duration.ofSeconds(10))
        .with(new ServerOptions.Check(Duration.ofMillis(500), 2, 1));
    Desire desire = desire(options, List.of(wanted("sinew.a", true)), Set.of(), false);
    Plan plan = Plan.of(desire, Map.of(), FRESH, false, 0);
    assertThat(plan.steps()).singleElement().satisfies(step -> {
      assertThat(step.command())
          .isEqualTo("add server be/sinew.a 127.0.0.1:9001 proto h2 slowstart 10000ms check inter"
              + " 500ms fall 2 rise 1 fastinter 500ms observe layer4 error-limit 3 on-error fastinter"
              + " weight 100;enable health be/sinew.a;set server be/sinew.a"
              + " state ready")
          .doesNotContain("enabled");
      assertThat(step.what()).isEqualTo("add");
    });
    assertThat(plan.settled()).isFalse();
  }

  @Test
  void a_backup_is_added_as_one() {
    Wanted backup = new Wanted("sinew.b", address("::1"), 9002, 50, true, true);
    Plan plan = Plan.of(desire(List.of(backup)), Map.of(), FRESH, false, 0);
    assertThat(commands(plan))
        .containsExactly("add server be/sinew.b [0:0:0:0:0:0:0:1]:9002"
            + " weight 50 backup;set server be/sinew.b state ready");
  }

  @Test
  void a_server_without_an_address_waits_for_one() {
    Wanted unresolved = new Wanted("sinew.b", null, 9002, 50, false, true);
    assertThat(Plan.of(desire(List.of(unresolved)), Map.of(), FRESH, false, 0).steps())
        .isEmpty();
    assertThat(plan(unresolved, GOOD).quiet()).isEmpty();
  }

  @Test
  void what_is_as_wanted_is_left_alone() {
    Plan plan = plan(wanted("sinew.a", true), GOOD);
    assertThat(plan.steps()).isEmpty();
    assertThat(plan.settled()).isTrue();
  }

  @Test
  void a_weight_that_somebody_changed_is_put_right_unless_an_agent_sets_it() {
    ServerState other =
        new ServerState("127.0.0.1", 9001, true, false, false, 7, false, false, true, 0);
    assertThat(commands(plan(wanted("sinew.a", true), other)))
        .containsExactly("set server be/sinew.a weight 100");
    ServerOptions agent = ServerOptions.http1()
        .with(new ServerOptions.Agent("127.0.0.1", 9999, Duration.ofSeconds(1)));
    Desire desire = desire(agent, List.of(wanted("sinew.a", true)), Set.of(), false);
    assertThat(Plan.of(desire, Map.of("sinew.a", other), FRESH, false, 0).steps())
        .isEmpty();
  }

  @Test
  void a_drain_that_nobody_wants_is_taken_back() {
    assertThat(commands(plan(wanted("sinew.a", true), state(false, true, 0))))
        .containsExactly("set server be/sinew.a state ready");
  }

  @Test
  void a_persons_maintenance_is_respected_and_told() {
    Plan plan = plan(wanted("sinew.a", true), state(true, false, 0));
    assertThat(plan.steps()).isEmpty();
    assertThat(plan.held()).containsExactly("sinew.a");
  }

  @Test
  void what_should_not_serve_is_drained_and_stays() {
    Wanted out = wanted("sinew.a", false);
    Plan first = plan(out, GOOD);
    assertThat(commands(first)).containsExactly("set server be/sinew.a state drain");
    assertThat(first.quiet()).isEmpty();
    Plan later = Plan.of(
        desire(List.of(out)),
        Map.of("sinew.a", state(false, true, 0)),
        leaving(new Leaving(0, 9, 0)),
        false,
        10 * GRACE);
    assertThat(later.steps()).isEmpty();
    assertThat(later.settled()).isTrue();
  }

  @Test
  void a_server_is_quiet_when_two_looks_in_a_row_find_no_call() {
    Wanted out = wanted("sinew.a", false);
    Plan busy = after(out, state(false, true, 1), new Leaving(0, 0, 0));
    assertThat(busy.memory().leaving()).containsEntry("sinew.a", new Leaving(0, 0, 0));
    Plan once = after(out, state(false, true, 0), new Leaving(0, 0, 0));
    assertThat(once.quiet()).isEmpty();
    assertThat(once.settled()).isFalse();
    assertThat(after(out, state(false, true, 0), new Leaving(0, 1, 0)).quiet())
        .containsExactly("sinew.a");
    assertThat(after(out, state(false, true, 2), new Leaving(0, 1, 0)).quiet()).isEmpty();
    assertThat(after(out, state(false, false, 0), new Leaving(0, 1, 0)).quiet()).isEmpty();
  }

  @Test
  void an_unwanted_server_that_does_not_exist_is_quiet() {
    Plan plan = Plan.of(desire(List.of(wanted("sinew.a", false))), Map.of(), FRESH, false, 0);
    assertThat(plan.quiet()).containsExactly("sinew.a");
    assertThat(plan.steps()).isEmpty();
  }

  @Test
  void a_withdrawn_server_is_drained_then_deleted() {
    assertThat(commands(withdrawn(GOOD, null, 0)))
        .containsExactly("set server be/sinew.a state drain");
    assertThat(withdrawn(state(false, true, 1), new Leaving(0, 0, 0), GRACE - 1).steps())
        .isEmpty();
    assertThat(commands(withdrawn(state(false, true, 0), new Leaving(0, 1, 0), 1)))
        .containsExactly("set server be/sinew.a state maint;del server be/sinew.a;"
            + "set server be/sinew.a state drain");
  }

  @Test
  void haproxy_3_waits_by_itself_until_the_server_is_removable() {
    Desire desire = desire(ServerOptions.http1(), List.of(), Set.of("sinew.a"), false);
    Plan plan = Plan.of(
        desire, Map.of("sinew.a", state(false, true, 0)), leaving(new Leaving(0, 1, 0)), true, 0);
    assertThat(commands(plan))
        .singleElement()
        .asString()
        .contains(";wait 100ms srv-removable be/sinew.a;del");
  }

  @Test
  void after_the_grace_a_busy_server_is_deleted_as_soon_as_haproxy_allows() {
    assertThat(commands(withdrawn(state(false, true, 1), new Leaving(0, 0, 0), GRACE)))
        .singleElement()
        .asString()
        .contains("del server");
  }

  @Test
  void deleting_is_not_tried_at_each_look() {
    Plan first = withdrawn(state(false, true, 1), new Leaving(0, 0, 0), GRACE);
    Leaving busy = first.memory().leaving().get("sinew.a");
    assertThat(withdrawn(state(false, true, 1), busy, GRACE + SECOND - 1).steps())
        .isEmpty();
    assertThat(withdrawn(state(false, true, 1), busy, GRACE + SECOND).steps()).hasSize(1);
    Leaving quiet = withdrawn(state(false, true, 0), new Leaving(0, 1, 0), 0)
        .memory()
        .leaving()
        .get("sinew.a");
    Plan waiting = withdrawn(state(false, true, 0), quiet, SECOND / 10 - 1);
    assertThat(waiting.steps()).isEmpty();
    assertThat(waiting.settled()).isFalse();
    assertThat(withdrawn(state(false, true, 0), quiet, SECOND / 10).steps()).hasSize(1);
  }

  @Test
  void a_withdrawn_server_that_does_not_exist_is_gone() {
    Desire desire = desire(ServerOptions.http1(), List.of(), Set.of("sinew.a"), false);
    Plan plan = Plan.of(desire, Map.of(), FRESH, false, 0);
    assertThat(plan.gone()).containsExactly("sinew.a");
    assertThat(plan.quiet()).containsExactly("sinew.a");
    assertThat(withdrawn(GOOD, null, 0).gone()).isEmpty();
  }

  @Test
  void a_left_over_server_stays_until_all_is_known() {
    assertThat(leftOver(false, GOOD).steps()).isEmpty();
    assertThat(commands(leftOver(true, GOOD)))
        .containsExactly("set server be/sinew.old state drain");
  }

  @Test
  void a_left_over_server_stays_while_no_known_one_serves() {
    ServerState down =
        new ServerState("127.0.0.1", 9001, false, false, false, 100, false, false, true, 0);
    assertThat(leftOver(true, down).steps()).isEmpty();
    assertThat(leftOver(true, state(true, false, 0)).steps()).isEmpty();
    Desire nobody = desire(ServerOptions.http1(), List.of(), Set.of(), true);
    assertThat(Plan.of(nobody, Map.of("sinew.old", GOOD), FRESH, false, 0).steps())
        .isEmpty();
  }

  @Test
  void a_server_at_another_address_makes_way() {
    for (ServerState other : List.of(
        new ServerState("127.0.0.2", 9001, true, false, false, 100, false, false, true, 0),
        new ServerState("127.0.0.1", 9009, true, false, false, 100, false, false, true, 0),
        new ServerState("127.0.0.1", 9001, true, false, false, 100, true, false, true, 0),
        new ServerState("127.0.0.1", 9001, true, false, false, 100, false, true, true, 0),
        new ServerState("-", 9001, true, false, false, 100, false, false, true, 0))) {
      assertThat(commands(plan(wanted("sinew.a", true), other)))
          .as("%s", other)
          .containsExactly("set server be/sinew.a state drain");
    }
  }

  @Test
  void those_that_come_are_added_before_others_leave() {
    Desire desire =
        desire(ServerOptions.http1(), List.of(wanted("sinew.b", true)), Set.of("sinew.a"), false);
    Plan plan = Plan.of(desire, Map.of("sinew.a", GOOD), FRESH, false, 0);
    assertThat(plan.steps()).extracting(Step::what).containsExactly("add", "drain");
  }

  @Test
  void an_adding_that_was_cut_off_is_finished() {
    Desire desire = desire(List.of(wanted("sinew.a", true)));
    Memory cut = new Memory(Map.of(), Set.of("sinew.a", "sinew.gone"));
    Map<String, ServerState> seen = Map.of("sinew.a", state(true, false, 0));
    Plan plan = Plan.of(desire, seen, cut, false, 1);
    assertThat(commands(plan)).containsExactly("set server be/sinew.a state ready");
    assertThat(plan.held()).isEmpty();
    assertThat(plan.memory().unfinished()).containsExactly("sinew.a");
    Memory finished = Plan.of(desire, Map.of("sinew.a", GOOD), cut, false, 2).memory();
    assertThat(Plan.of(desire, seen, finished, false, 3).held()).containsExactly("sinew.a");
  }

  @Test
  void an_adding_that_was_cut_off_is_remembered_until_its_replica_is_known() {
    Memory cut = new Memory(Map.of(), Set.of("sinew.a"));
    Map<String, ServerState> seen = Map.of("sinew.a", state(true, false, 0));
    Plan before = Plan.of(desire(List.of()), seen, cut, false, 0);
    assertThat(before.steps()).isEmpty();
    Plan known = Plan.of(desire(List.of(wanted("sinew.a", true))), seen, before.memory(), false, 1);
    assertThat(commands(known)).containsExactly("set server be/sinew.a state ready");
  }

  @Test
  void the_first_look_takes_an_unused_server_in_maintenance_for_one_that_was_being_added() {
    ServerState unused =
        new ServerState("127.0.0.1", 9001, false, true, false, 100, false, false, false, 0);
    assertThat(Memory.first(Map.of("sinew.a", unused)).unfinished()).containsExactly("sinew.a");
    assertThat(Memory.first(Map.of("sinew.a", state(true, false, 0), "sinew.b", GOOD))
            .unfinished())
        .isEmpty();
  }

  private static Memory leaving(Leaving one) {
    return new Memory(Map.of("sinew.a", one), Set.of());
  }

  private static Plan leftOver(boolean complete, ServerState known) {
    Desire desire =
        desire(ServerOptions.http1(), List.of(wanted("sinew.a", true)), Set.of(), complete);
    return Plan.of(desire, Map.of("sinew.a", known, "sinew.old", GOOD), FRESH, false, 0);
  }

  private static Plan withdrawn(ServerState state, @Nullable Leaving before, long now) {
    Desire desire = desire(ServerOptions.http1(), List.of(), Set.of("sinew.a"), false);
    Memory memory = before == null ? FRESH : leaving(before);
    return Plan.of(desire, Map.of("sinew.a", state), memory, false, now);
  }

  private static Plan after(Wanted wanted, ServerState state, Leaving before) {
    return Plan.of(desire(List.of(wanted)), Map.of("sinew.a", state), leaving(before), false, 1);
  }

  private static Plan plan(Wanted wanted, ServerState state) {
    return Plan.of(desire(List.of(wanted)), Map.of(wanted.server(), state), FRESH, false, 0);
  }

  private static List<String> commands(Plan plan) {
    return plan.steps().stream().map(Step::command).toList();
  }

  private static ServerState state(boolean maintenance, boolean draining, int busy) {
    return new ServerState(
        "127.0.0.1", 9001, !maintenance, maintenance, draining, 100, false, false, true, busy);
  }

  private static Wanted wanted(String server, boolean in) {
    return new Wanted(server, address("127.0.0.1"), 9001, 100, false, in);
  }

  private static InetAddress address(String literal) {
    return Addresses.literal(literal).orElseThrow();
  }

  private static Desire desire(List<Wanted> wanted) {
    return desire(ServerOptions.http1(), wanted, Set.of(), false);
  }

  private static Desire desire(
      ServerOptions options, List<Wanted> wanted, Set<String> withdrawn, boolean complete) {
    Map<String, Wanted> byName = new LinkedHashMap<>();
    wanted.forEach(one -> byName.put(one.server(), one));
    return new Desire("be", options, byName, withdrawn, complete, GRACE);
  }
}
