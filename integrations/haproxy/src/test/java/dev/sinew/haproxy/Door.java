// SPDX-License-Identifier: Apache-2.0
package dev.sinew.haproxy;

import dev.sinew.haproxy.server.HaproxyServer;
import dev.sinew.haproxy.socket.HaproxySocket;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** A real HAProxy with one door, and what tests ask of it. */
record Door(HaproxyServer server, boolean grpc) implements AutoCloseable {
  static final Duration GRACE = Duration.ofSeconds(5);

  static Door open(String program, boolean grpc) throws IOException, InterruptedException {
    return open(program, grpc, "");
  }

  /** @param more lines for the backend {@code be} */
  static Door open(String program, boolean grpc, String more)
      throws IOException, InterruptedException {
    return new Door(HaproxyServer.start(program, configuration(grpc, "roundrobin", more)), grpc);
  }

  static String configuration(boolean grpc, String balance, String more) {
    return HaproxyServer.GLOBAL + """
        defaults
          mode http
          option redispatch 1
          option idle-close-on-response
          retries 3
          retry-on conn-failure empty-response
          timeout connect 500ms
          timeout client 60s
          timeout server 60s
        frontend door
          bind 127.0.0.1:${port:door} %s
          default_backend be
        backend be
          balance %s
        %s
        """.formatted(grpc ? "proto h2" : "", balance, more.indent(2));
  }

  int port() {
    return server.port("door");
  }

  HaproxySocket socket() {
    return HaproxySocket.at(server.socket());
  }

  ServerOptions options() {
    return grpc ? ServerOptions.grpc() : ServerOptions.http1();
  }

  HaproxyEndpointSink sink() {
    return sink(options());
  }

  HaproxyEndpointSink sink(ServerOptions options) {
    return HaproxyEndpointSink.open(List.of(socket()), "be", options, GRACE);
  }

  DoorLoad load(int callsPerSecond) {
    return DoorLoad.of(grpc, port(), callsPerSecond);
  }

  /** The names of the servers of a backend in rotation, as HAProxy says. */
  List<String> rotation(String backend) throws IOException {
    return ServerState.read(server.ask(ServerState.question(backend))).entrySet().stream()
        .filter(s ->
            s.getValue().running() && !s.getValue().draining() && !s.getValue().maintenance())
        .map(Map.Entry::getKey)
        .sorted()
        .toList();
  }

  ServerState state(String name) throws IOException {
    ServerState state = ServerState.read(server.ask(ServerState.question("be"))).get(name);
    if (state == null) {
      throw new IOException("no server " + name);
    }
    return state;
  }

  /** Waits until a condition holds; returns after how many milliseconds it did. */
  static long await(String what, Duration longest, Callable<Boolean> condition) throws Exception {
    return await(() -> what, longest, condition);
  }

  static long await(Supplier<String> what, Duration longest, Callable<Boolean> condition)
      throws Exception {
    long begun = System.nanoTime();
    long deadline = begun + longest.toNanos();
    while (true) {
      boolean last = System.nanoTime() > deadline;
      try {
        if (condition.call()) {
          return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
        }
      } catch (IOException e) {
        if (last) {
          throw e;
        }
      }
      if (last) {
        throw new AssertionError("not within " + longest.toMillis() + " ms: " + what.get());
      }
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }

  long awaitRotation(String... names) throws Exception {
    return await(
        "rotation of " + List.of(names),
        Duration.ofSeconds(10),
        () -> rotation("be").equals(List.of(names)));
  }

  @Override
  public String toString() {
    return (grpc ? "gRPC" : "HTTP");
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
