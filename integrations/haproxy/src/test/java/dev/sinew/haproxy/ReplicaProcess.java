// SPDX-License-Identifier: Apache-2.0
package dev.sinew.haproxy;

import dev.sinew.endpoint.Endpoint;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A {@link TestReplica} in a JVM of its own, that can be killed. */
final class ReplicaProcess implements AutoCloseable {
  private final String id;
  private final Process process;
  private final int grpc;
  private final int http;

  private ReplicaProcess(String id) throws IOException {
    this.id = id;
    this.process = new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-Xshare:auto",
            "-cp",
            System.getProperty("java.class.path"),
            ReplicaProcess.class.getName(),
            id)
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
    BufferedReader out = process.inputReader();
    String ports = out.readLine();
    if (ports == null) {
      throw new IOException("replica " + id + " ended with status " + process.exitValue());
    }
    this.grpc = Integer.parseInt(ports.substring(0, ports.indexOf(' ')));
    this.http = Integer.parseInt(ports.substring(ports.indexOf(' ') + 1));
  }

  static ReplicaProcess start(String id) throws IOException {
    return new ReplicaProcess(id);
  }

  /** Serves until it is killed or its parent ends. */
  public static void main(String[] args) throws IOException {
    TestReplica replica = TestReplica.start(args[0]);
    System.out.println(
        replica.endpoint(true).port() + " " + replica.endpoint(false).port());
    while (System.in.read() >= 0) {
      // Nothing is ever said; the end of the input is the end of the parent.
    }
    System.exit(0);
  }

  Endpoint endpoint(boolean overGrpc) {
    return Endpoint.of("127.0.0.1", overGrpc ? grpc : http).withId(id);
  }

  void kill() {
    process.destroyForcibly();
    process.onExit().orTimeout(10, TimeUnit.SECONDS).join();
  }

  @Override
  public void close() {
    kill();
  }
}
