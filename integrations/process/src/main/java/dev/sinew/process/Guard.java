// SPDX-License-Identifier: Apache-2.0
package dev.sinew.process;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The shell commands that start a child: so that it cannot outlive this process, or so that it does.
 *
 * <p>To stop with this process, a wrapper leaves a guard behind and becomes the command by {@code exec}, so the process id that
 * this process knows is the command's. The guard reads the pipe that this process holds the other end
 * of. The kernel closes that end when this process ends, however it ends, and when the child ends
 * this process closes it: either way the guard wakes, and if the child is still there sends SIGTERM,
 * waits at most 3 s, sends SIGKILL. It ignores what a terminal sends to the group, and holds neither
 * the child's output nor its port. Before each signal it compares the start time in
 * {@code /proc/PID/stat} (proc(5), field 22), so a process that has got the child's id is never hit;
 * without {@code /proc} it only checks that the id is in use.
 *
 * <p>Those children stay in this process's group: a Ctrl-C reaches them as it reaches this process.
 *
 * <p>To be kept, a child gets a session of its own where there is setsid(1), and ignores what a
 * terminal sends in any case. Its wrapper first leaves a {@link PidFile}, and becomes the command only
 * if it could.
 */
final class Guard {
  /** The name by which the guard is seen in a process list. */
  static final String NAME = "sinew-guard";

  private static final String SHELL = "/bin/sh";

  /** Sets {@code at} to the start time of process $1: empty if unknown, gone, or dead and not yet reaped. */
  private static final String STARTED = """
      set -f
      IFS=' '
      started() {
        all=
        while read -r line; do all="$all $line"; done 2>/dev/null </proc/$1/stat
        set -- ${all##*)}
        at=${20-}
        [ "${1-}" != Z ] || at=
      }
      """;

  /** The guard: $1 process id, $2 its start time or empty; standard input is the pipe. */
  static final String WATCH = STARTED + """
          PATH=/usr/bin:/bin
          cd /
          same() {
            if [ -n "$start" ]; then started "$pid"; [ "$at" = "$start" ]; else kill -0 "$pid"; fi
          }
          pid=$1 start=$2
          while read -r line; do :; done
          same || exit 0
          kill -TERM "$pid"
          for second in 1 2 3; do
            sleep 1
            same || exit 0
          done
          kill -KILL "$pid"
          """;

  // $1 the guard's script, then the command. All variables are set in the subshell, so the
  // command's
  // environment is not touched; the signals are ignored before the guard exists, so that no signal
  // can hit it early; and the start time is read while this shell still waits, so it is the
  // child's.
  private static final String WRAP = """
      (
        trap '' INT TERM HUP QUIT TSTP
        exec 3<&0
      """ + STARTED + """
            started $$
            %s -c "$1" %s $$ "$at" <&3 3<&- >/dev/null 2>&1 &
          ) || exit 126
          shift
          exec "$@" </dev/null
          """.formatted(SHELL, NAME);

  // $1 the pid file, $2 what its content ends with, then the command. The subshell's $$ is this
  // shell; it is what the command becomes, with the same id and start time.
  private static final String DETACH = """
      trap '' INT HUP
      (
      """ + STARTED + """
            started $$
            [ -n "$at" ] || exit 1
            PATH="/usr/bin:/bin:$PATH"
            ln -s "$$.$at.$2" "$1"
          ) || exit 125
          shift 2
          if command -v setsid >/dev/null 2>&1; then exec setsid "$@" </dev/null; fi
          exec "$@" </dev/null
          """;

  private Guard() {}

  /** The words to start so that the command ends with this process. */
  static List<String> guarded(List<String> command) {
    return words(List.of(WRAP, "sinew", WATCH), command);
  }

  /**
   * The words to start so that the command outlives this process.
   *
   * @param pidFile where it leaves its {@link PidFile}; absolute
   */
  static List<String> kept(List<String> command, Path pidFile, int port, String fingerprint) {
    String rest = ProcessIdentity.presentBoot() + "." + port + "." + fingerprint;
    return words(List.of(DETACH, "sinew", pidFile.toString(), rest), command);
  }

  private static List<String> words(List<String> script, List<String> command) {
    List<String> words = new ArrayList<>(List.of(SHELL, "-c"));
    words.addAll(script);
    words.addAll(command);
    return List.copyOf(words);
  }
}
