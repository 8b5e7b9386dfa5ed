// SPDX-License-Identifier: Apache-2.0
package dev.sinew.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sinew.process.ProcessSpec.OnControllerLoss;
import dev.sinew.process.health.HealthCheck;
import dev.sinew.process.health.HealthProbe;
import dev.sinew.process.health.HealthProbe.Answer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is left of a controller that ends, in whichever way: a {@link Controller} in its own session. */
@Tag("process")
@Timeout(value = 90, unit = TimeUnit.SECONDS)
final class ControllerLossTest {
  private static final Duration LOSS = Duration.ofSeconds(5);
  private static final Pattern CHILD = Pattern.compile("(\\d+):(\\d+)");

  @TempDir
  Path directory;

  private final List<Long> started = new ArrayList<>();

  @AfterEach
  void leaves_nothing_behind() {
    started.stream().filter(Processes::alive).forEach(pid -> Processes.signal("KILL", pid));
  }

  @Test
  void killed_it_leaves_no_child_no_guard_and_no_port() throws IOException {
    List<Left> children = start(OnControllerLoss.STOP, false);
    Processes.signal("KILL", started.get(0));
    assertGone(children);
  }

  @Test
  void killed_it_leaves_not_even_children_that_ignore_term() throws IOException {
    List<Left> children = start(OnControllerLoss.STOP, false, HealthServer.IGNORE_TERM);
    Processes.signal("KILL", started.get(0));
    assertGone(children);
  }

  @Test
  void killed_it_leaves_not_even_a_frozen_child() throws IOException {
    List<Left> children = start(OnControllerLoss.STOP, false);
    Processes.signal("STOP", children.get(0).pid());
    Processes.signal("KILL", started.get(0));
    assertGone(children);
  }

  @Test
  void a_ctrl_c_to_the_whole_group_leaves_nothing() throws IOException {
    List<Left> children = start(OnControllerLoss.STOP, false);
    Processes.signal("INT", -started.get(0));
    assertGone(children);
  }

  @Test
  void a_ctrl_c_leaves_nothing_of_stubborn_children_of_a_controller_that_closes()
      throws IOException {
    List<Left> children = start(OnControllerLoss.STOP, true, HealthServer.IGNORE_TERM);
    Processes.signal("INT", -started.get(0));
    assertGone(children);
  }

  @Test
  void a_hang_up_of_the_terminal_leaves_nothing() throws IOException {
    List<Left> children = start(OnControllerLoss.STOP, false, HealthServer.IGNORE_TERM);
    Processes.signal("HUP", -started.get(0));
    assertGone(children);
  }

  @Test
  void a_terminated_controller_that_closes_leaves_nothing() throws IOException {
    List<Left> children = start(OnControllerLoss.STOP, true);
    Processes.signal("TERM", started.get(0));
    assertGone(children);
  }

  @Test
  void children_to_keep_survive_ctrl_c_and_kill() throws IOException {
    List<Left> children = start(OnControllerLoss.KEEP, false);
    Processes.signal("INT", -started.get(0));
    Eventually.within(LOSS, "controller gone", () -> !Processes.alive(started.get(0)));
    for (Left child : children) {
      assertThat(Processes.guardsOf(child.pid())).isEmpty();
      HealthProbe probe = new HealthProbe(child.port(), () -> {});
      Eventually.within(LOSS, "still serves", () -> {
        probe.ask(HealthCheck.grpc());
        Answer answer = probe.take();
        return answer != null && answer.serving();
      });
      probe.close();
      Processes.signal("TERM", child.pid());
      Eventually.within(LOSS, "obeys TERM", () -> !Processes.alive(child.pid()));
    }
  }

  @Test
  void children_to_keep_go_on_in_the_controller_after_a_killed_one() throws IOException {
    goOn(false, "KILL");
  }

  @Test
  void children_to_keep_go_on_in_the_controller_after_one_that_closes() throws IOException {
    goOn(true, "TERM");
  }

  private void goOn(boolean closes, String signal) throws IOException {
    List<Left> children = start(OnControllerLoss.KEEP, closes);
    long controller = started.get(0);
    ProcessSpec spec = Controller.spec(directory.resolve("logs"), OnControllerLoss.KEEP, List.of());
    assertThatThrownBy(() -> ProcessScaleTarget.start(spec))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContainingAll("process.state-directory: ", "; process " + controller + " has)");
    Processes.signal(signal, controller);
    Eventually.within(LOSS, "controller gone", () -> !Processes.alive(controller));
    ProcessScaleTarget next = ProcessScaleTarget.start(spec);
    assertThat(next.replicas().ready()).isEqualTo(2);
    assertThat(next.status().children())
        .extracting(child -> new Left(child.pid(), child.port()))
        .containsExactlyInAnyOrderElementsOf(children);
    next.stopAll();
    assertThat(next.status().kills()).isZero();
    assertGone(children);
  }

  private List<Left> start(OnControllerLoss loss, boolean closes, String... told)
      throws IOException {
    List<String> args = new ArrayList<>(
        List.of(directory.resolve("logs").toString(), loss.name(), Boolean.toString(closes)));
    args.addAll(List.of(told));
    // A session of its own makes it a group leader; SIGINT may be ignored where these tests run.
    List<String> words = new ArrayList<>(List.of("env", "--default-signal", "setsid"));
    words.addAll(TestCommands.java(TestCommands.CLASS_PATH, Controller.class, args));
    Path output = directory.resolve("controller.out");
    Process controller = new ProcessBuilder(words)
        .redirectErrorStream(true)
        .redirectOutput(output.toFile())
        .start();
    started.add(controller.pid());
    Eventually.within(
        Duration.ofSeconds(45),
        "controller ready",
        () -> Processes.read(output.toString()).contains(" end"));
    List<Left> children = new ArrayList<>();
    String said = Processes.read(output.toString());
    Matcher child = CHILD.matcher(
        said.substring(said.indexOf("ready ", said.lastIndexOf('\n', said.indexOf(" end")))));
    while (child.find()) {
      children.add(new Left(Long.parseLong(child.group(1)), Integer.parseInt(child.group(2))));
    }
    assertThat(children).as(said).hasSize(2);
    for (Left left : children) {
      started.add(left.pid());
      List<Long> guards = Processes.guardsOf(left.pid());
      assertThat(guards).hasSize(loss == OnControllerLoss.STOP ? 1 : 0);
      started.addAll(guards);
      assertThat(Processes.open(left.port())).isTrue();
    }
    return children;
  }

  private static void assertGone(List<Left> children) {
    Eventually.within(
        LOSS, "all gone: " + children, () -> children.stream().noneMatch(Left::anything));
  }

  private record Left(long pid, int port) {
    boolean anything() {
      return Processes.alive(pid) || !Processes.guardsOf(pid).isEmpty() || Processes.open(port);
    }
  }
}
