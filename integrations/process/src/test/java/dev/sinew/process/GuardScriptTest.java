// SPDX-License-Identifier: Apache-2.0
package dev.sinew.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The shell scripts of {@link Guard}, run. */
@Tag("process")
@Timeout(value = 30, unit = TimeUnit.SECONDS)
final class GuardScriptTest {
  private static final Duration SOON = Duration.ofSeconds(5);

  @TempDir
  Path folder;

  private final List<Process> started = new ArrayList<>();

  @AfterEach
  void leaves_nothing_behind() {
    started.forEach(Process::destroyForcibly);
  }

  @Test
  void hostile_arguments_arrive_unharmed() throws IOException {
    List<String> command = new ArrayList<>(List.of("sh", "-c", "printf '%s\\0' \"$@\"", "x"));
    command.addAll(GuardTest.HOSTILE);
    for (List<String> words : List.of(Guard.guarded(command), kept(command))) {
      Process process = start(words);
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(said).isEqualTo(String.join("\0", GuardTest.HOSTILE) + "\0");
    }
  }

  @Test
  void one_to_keep_says_who_it_is_before_it_becomes_the_command_in_a_session_of_its_own()
      throws IOException {
    String script = "readlink \"$0\"; cut -d' ' -f6 /proc/$$/stat; env | grep -c '^at='";
    List<String> command = List.of("sh", "-c", script, folder.resolve("x-1.pid").toString());
    Process process = start(kept(command));
    List<String> said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
        .lines()
        .toList();
    PidFile file = Objects.requireNonNull(PidFile.parse(said.get(0)));
    assertThat(file.identity().pid()).isEqualTo(process.pid());
    assertThat(file.identity().boot()).isEqualTo(ProcessIdentity.presentBoot());
    assertThat(file.port()).isEqualTo(20_001);
    assertThat(file.fingerprint()).isEqualTo("abcdef");
    assertThat(said.get(1)).isEqualTo(Long.toString(process.pid()));
    assertThat(said.get(2)).isEqualTo("0");
  }

  @Test
  void one_to_keep_that_cannot_say_who_it_is_never_becomes_the_command() throws Exception {
    assertThat(PidFile.claim(folder, "x-1")).isNull();
    Process process = start(kept(List.of("sh", "-c", "echo ran")));
    assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
        .contains("File exists")
        .doesNotContain("ran");
    assertThat(process.waitFor()).isEqualTo(125);
  }

  @Test
  void the_command_keeps_the_id_that_was_started_and_reads_from_nowhere() throws IOException {
    Process process = start(Guard.guarded(List.of("sh", "-c", "echo $$; read line || echo end")));
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(said).isEqualTo(process.pid() + "\nend\n");
  }

  @Test
  void the_commands_environment_and_signals_are_as_they_were() throws IOException {
    Process direct =
        start(List.of("sh", "-c", "env | sort | grep -v ^_=; grep Sig[IB] /proc/self/status"));
    List<String> inner =
        List.of("sh", "-c", "env | sort | grep -v ^_=; grep Sig[IB] /proc/self/status");
    Process guarded = start(Guard.guarded(inner));
    assertThat(new String(guarded.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
        .isEqualTo(new String(direct.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
  }

  @Test
  void the_guard_is_no_child_of_the_command_and_holds_the_pipe_alone() throws IOException {
    Process process = start(Guard.guarded(List.of("sleep", "60")));
    Eventually.within(SOON, "became the command", () -> commandOf(process).startsWith("sleep"));
    Eventually.within(SOON, "guarded", () -> Processes.guardsOf(process.pid()).size() == 1);
    long guard = Processes.guardsOf(process.pid()).get(0);
    assertThat(process.children()).isEmpty();
    try (Stream<Path> files = Files.list(Path.of("/proc/" + guard + "/fd"))) {
      List<String> held = files.map(GuardScriptTest::target).sorted().toList();
      assertThat(held).hasSize(3);
      assertThat(held.subList(0, 2)).containsOnly("/dev/null");
      assertThat(held.get(2)).startsWith("pipe:");
    }
  }

  @Test
  void the_guard_outlives_signals_to_the_group_and_ends_with_the_pipe() throws IOException {
    Process process = start(Guard.guarded(List.of("sleep", "60")));
    Eventually.within(SOON, "guarded", () -> Processes.guardsOf(process.pid()).size() == 1);
    long guard = Processes.guardsOf(process.pid()).get(0);
    for (String signal : List.of("INT", "TERM", "HUP", "QUIT", "TSTP")) {
      Processes.signal(signal, guard);
    }
    assertThat(Processes.alive(guard)).isTrue();
    assertThat(process.isAlive()).isTrue();
    process.getOutputStream().close();
    Eventually.within(SOON, "child gone", () -> !process.isAlive());
    Eventually.within(SOON, "guard gone", () -> !Processes.alive(guard));
  }

  @Test
  void a_process_that_has_got_the_childs_id_is_not_hit() throws IOException {
    Process stranger = start(List.of("sleep", "60"));
    Process guard = start(watch(stranger, "1"));
    guard.getOutputStream().close();
    Eventually.within(SOON, "guard ends", () -> !guard.isAlive());
    assertThat(stranger.isAlive()).isTrue();
  }

  @Test
  void where_the_start_time_is_unknown_the_id_must_do() throws IOException {
    Process child = start(List.of("sleep", "60"));
    Process guard = start(watch(child, ""));
    guard.getOutputStream().close();
    Eventually.within(SOON, "child ends", () -> !child.isAlive());
    Eventually.within(SOON, "guard ends", () -> !guard.isAlive());
  }

  @Test
  void the_start_time_is_found_behind_a_hostile_process_name() throws IOException {
    Process child =
        start(List.of("sh", "-c", "printf ') Z 1 (\\n)' >/proc/$$/comm; echo named; read line"));
    assertThat(child.getInputStream().read()).isEqualTo('n');
    String stat = Processes.read("/proc/" + child.pid() + "/stat");
    String start = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[19];
    Process guard = start(watch(child, start));
    guard.getOutputStream().close();
    Eventually.within(SOON, "child ends", () -> !child.isAlive());
  }

  private List<String> kept(List<String> command) {
    return Guard.kept(command, folder.resolve("x-1.pid"), 20_001, "abcdef");
  }

  private static List<String> watch(Process process, String start) {
    return List.of("sh", "-c", Guard.WATCH, "watch-test", Long.toString(process.pid()), start);
  }

  private Process start(List<String> words) throws IOException {
    Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
    started.add(process);
    return process;
  }

  private static String commandOf(Process process) {
    return Processes.read("/proc/" + process.pid() + "/cmdline");
  }

  private static String target(Path link) {
    try {
      return Files.readSymbolicLink(link).toString();
    } catch (IOException e) {
      return "gone";
    }
  }
}
