// SPDX-License-Identifier: Apache-2.0
package dev.sinew.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** What the operating system says of processes and ports. */
final class Processes {
  private Processes() {}

  static boolean alive(long pid) {
    String stat = read("/proc/" + pid + "/stat");
    return !stat.isEmpty() && stat.charAt(stat.lastIndexOf(')') + 2) != 'Z';
  }

  /** This process. */
  static ProcessIdentity self() {
    return Objects.requireNonNull(ProcessIdentity.of(ProcessHandle.current().pid()));
  }

  /** The processes with a variable, given as name=value. */
  static Set<Long> withEnvironment(String variable) {
    String word = "\0" + variable + "\0";
    return ProcessHandle.allProcesses()
        .map(ProcessHandle::pid)
        .filter(id -> ("\0" + read("/proc/" + id + "/environ")).contains(word))
        .collect(Collectors.toSet());
  }

  /** The guards of a process. */
  static List<Long> guardsOf(long pid) {
    String name = "\0" + Guard.NAME + "\0" + pid + "\0";
    return ProcessHandle.allProcesses()
        .map(ProcessHandle::pid)
        .filter(id -> read("/proc/" + id + "/cmdline").contains(name))
        .toList();
  }

  /** Whether anyone listens on the port. */
  static boolean open(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 500);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** Sends a signal as kill(1) does; a negative id is a group. */
  static void signal(String name, long pid) {
    try {
      Process kill = new ProcessBuilder("kill", "-s", name, "--", Long.toString(pid))
          .inheritIO()
          .start();
      if (!kill.waitFor(5, TimeUnit.SECONDS) || kill.exitValue() != 0) {
        throw new AssertionError("kill -s " + name + " " + pid);
      }
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  static String read(String file) {
    try {
      return new String(Files.readAllBytes(Path.of(file)), StandardCharsets.UTF_8);
    } catch (UncheckedIOException | IOException e) {
      return "";
    }
  }
}
