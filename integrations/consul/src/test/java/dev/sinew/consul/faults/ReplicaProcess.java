// SPDX-License-Identifier: Apache-2.0
package dev.sinew.consul.faults;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A {@link Replica} in a JVM of its own, which can be killed as {@code kill -9} does. */
final class ReplicaProcess implements AutoCloseable {
  private final Process process;

  /** Begins to start it. */
  ReplicaProcess(String target, int tier) throws IOException {
    process = new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-Xmx64m",
            "-cp",
            System.getProperty("java.class.path"),
            Replica.class.getName(),
            target,
            Integer.toString(tier))
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
  }

  /** Waits until it serves. */
  ReplicaProcess serving() throws IOException {
    BufferedReader output = process.inputReader(UTF_8);
    String port = output.readLine();
    if (port == null) {
      throw new IOException("the replica has ended before it served");
    }
    return this;
  }

  void kill() {
    process.destroyForcibly();
  }

  @Override
  public void close() {
    kill();
    process.onExit().orTimeout(10, TimeUnit.SECONDS).join();
  }
}
