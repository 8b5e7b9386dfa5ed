// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.demo.system;

import dev.sinew.Expect;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * A server as a child process of the demo, which ends with it: a shell beside it reads what only this
 * process could write, and kills it when there is nobody left to write.
 */
final class ServerProgram implements AutoCloseable {
  private static final String GUARD = """
      exec 3<&0
      "$@" 3<&- &
      child=$!
      (read -r _ <&3; kill -9 $child) 2>/dev/null &
      wait $child""";
  private static final long CLOSE_SECONDS = 2;
  private static final long START_NANOS = TimeUnit.SECONDS.toNanos(20);

  private final Process process;
  private final String name;
  private final Path log;

  private ServerProgram(Process process, String name, Path log) {
    this.process = process;
    this.name = name;
    this.log = log;
  }

  /**
   * Finds a program: among the test servers that {@code etc/test-servers} has unpacked, else on the PATH.
   *
   * @throws IOException if there is none; the message is for people
   */
  static Path find(String name) throws IOException {
    List<Path> folders = new ArrayList<>();
    String servers = System.getProperty("sinew.servers", "");
    String cache = System.getProperty("sinew.cache", "");
    if (!servers.isEmpty()) {
      folders.add(Path.of(servers, "bin"));
    }
    if (!cache.isEmpty()) {
      folders.add(Path.of(cache, "servers", "bin"));
    }
    String path = System.getenv().getOrDefault("PATH", "");
    Pattern.compile(Pattern.quote(File.pathSeparator))
        .splitAsStream(path)
        .filter(folder -> !folder.isBlank())
        .forEach(folder -> folders.add(Path.of(folder)));
    for (Path folder : folders) {
      Path program = folder.resolve(name);
      if (Files.isRegularFile(program) && Files.isExecutable(program)) {
        return program;
      }
    }
    throw new IOException(
        Expect.message("--signals", name, name + " on the PATH, or etc/test-servers run before"));
  }

  /** A port of the loopback address that is free at this moment. */
  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      return socket.getLocalPort();
    }
  }

  /** Starts it; its output goes to a file of its name. */
  static ServerProgram start(String name, List<String> command, Path logs) throws IOException {
    Path log = logs.resolve(name + ".log");
    List<String> guarded = new ArrayList<>(List.of("/bin/sh", "-c", GUARD, "sh"));
    guarded.addAll(command);
    Process process = new ProcessBuilder(guarded)
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .start();
    return new ServerProgram(process, name, log);
  }

  /** Something that is true once it serves. */
  interface Served {
    boolean yet() throws IOException, InterruptedException;
  }

  /**
   * Waits until it serves.
   *
   * @throws IOException if it ends or does not serve within 20 s
   */
  void await(Served served) throws IOException, InterruptedException {
    long end = System.nanoTime() + START_NANOS;
    while (!yet(served)) {
      if (!process.isAlive() || System.nanoTime() - end > 0) {
        close();
        throw new IOException(name + " does not serve: " + lastLine());
      }
      pause();
    }
  }

  private void pause() throws InterruptedException {
    try {
      Thread.sleep(20);
    } catch (InterruptedException e) {
      close();
      throw e;
    }
  }

  private boolean yet(Served served) throws IOException, InterruptedException {
    try {
      return served.yet();
    } catch (InterruptedException e) {
      close();
      throw e;
    }
  }

  boolean alive() {
    return process.isAlive();
  }

  private String lastLine() {
    try {
      List<String> lines = Files.readAllLines(log);
      return lines.isEmpty() ? "no word from it" : Expect.printable(lines.get(lines.size() - 1));
    } catch (IOException e) {
      return "its log cannot be read";
    }
  }

  /** Kills it; it holds nothing that anybody needs later. */
  @Override
  public void close() {
    try {
      process.getOutputStream().close();
      boolean unused = process.waitFor(CLOSE_SECONDS, TimeUnit.SECONDS);
    } catch (IOException e) {
      // Then it has ended.
      return;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
