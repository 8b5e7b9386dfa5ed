// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinew.haproxy.server.HaproxyServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;

/** {@code sinew run} with the service {@code orders} behind a real HAProxy that it has configured. */
final class DoorFleet implements AutoCloseable {
  static final Duration PATIENCE = Duration.ofSeconds(40);

  private static final String BEFORE = HaproxyServer.GLOBAL + """
      frontend door
        mode http
        timeout client 1s
        bind 127.0.0.1:${port:door}
      """;

  final HaproxyServer haproxy;
  final RunProcess sinew;
  private final Map<String, Long> readyAt = new ConcurrentHashMap<>();
  private final Map<String, Long> firstCalls = new ConcurrentHashMap<>();
  private final Thread watch = new Thread(this::watch, "ready-watch");
  private volatile boolean closed;

  private DoorFleet(HaproxyServer haproxy, RunProcess sinew) {
    this.haproxy = haproxy;
    this.sinew = sinew;
  }

  /**
   * Starts HAProxy and the controller, and waits until two replicas serve at the door.
   *
   * @param fleet of the sample service, or another one
   * @param door the settings of the door beside where it listens
   */
  static DoorFleet start(Path folder, String fleet, String door) throws Exception {
    HaproxyServer haproxy = HaproxyServer.start(BEFORE);
    DoorFleet all = new DoorFleet(haproxy, new RunProcess(folder));
    try {
      String listen = "127.0.0.1:" + haproxy.port("door");
      all.sinew.write(fleet + """
              haproxy: {listen: "%s", %s}
          haproxy: {socket: "%s"}
          """.formatted(listen, door, haproxy.socket()));
      haproxy.kill();
      haproxy.configure(configuration(folder));
      assertThat(haproxy.check()).isEmpty();
      haproxy.start();
      all.sinew.run();
      all.watch.setDaemon(true);
      all.watch.start();
      all.await("two replicas", PATIENCE, () -> all.converged(2));
      return all;
    } catch (Exception | Error e) {
      all.close();
      throw e;
    }
  }

  private static String configuration(Path folder) throws Exception {
    RunProcess command = new RunProcess(folder);
    command.start(List.of(), List.of("haproxy", "config", "fleet.yaml", "-o", "haproxy.cfg"));
    int status = command.await(PATIENCE);
    assertThat(status).as("%s", command.output()).isZero();
    return Files.readString(folder.resolve("haproxy.cfg"));
  }

  int port() {
    return haproxy.port("door");
  }

  /** Whether just so many replicas are ready and HAProxy has these in rotation, and no other. */
  boolean converged(int count) throws IOException {
    return sinew.number("orders", "ready") == count && inStep() && servers().size() == count;
  }

  /** Whether HAProxy has just those replicas in rotation that are ready, and there are some. */
  boolean inStep() throws IOException {
    JsonNode view = sinew.get("/api/v1/services/orders");
    if (view == null) {
      return false;
    }
    TreeSet<String> ready = new TreeSet<>();
    view.get("replicas").forEach(row -> {
      if (row.get("state").asString().equals("ready")) {
        ready.add("sinew." + row.get("id").asString());
      }
    });
    Map<String, String> states = servers();
    return !ready.isEmpty()
        && states.keySet().equals(ready)
        && states.values().stream().allMatch(state -> state.startsWith("UP"));
  }

  /** The state of each of our servers, as HAProxy says. */
  Map<String, String> servers() throws IOException {
    return column("status");
  }

  /** How much weight HAProxy gives each of our servers. */
  Map<String, String> weights() throws IOException {
    return column("weight");
  }

  /** One figure of each of our servers, from HAProxy's statistics. */
  private Map<String, String> column(String name) throws IOException {
    Map<String, String> figures = new TreeMap<>();
    List<String> lines = haproxy.ask("show stat orders 4 -1").lines().toList();
    List<String> columns = List.of(lines.get(0).substring(2).split(",", -1));
    for (String line : lines) {
      String[] fields = line.split(",", -1);
      if (fields.length == columns.size() && fields[1].startsWith("sinew.")) {
        figures.put(fields[1], fields[columns.indexOf(name)]);
      }
    }
    return figures;
  }

  /** Waits for a condition and returns after how many milliseconds it held. */
  long await(String what, Duration longest, Condition condition) throws Exception {
    long begun = System.nanoTime();
    while (!holds(condition)) {
      if (System.nanoTime() - begun > longest.toNanos()) {
        throw new AssertionError("not within " + longest.toSeconds() + " s: " + what + "; "
            + servers() + "; " + sinew.get("/api/v1/services/orders") + "\n"
            + String.join("\n", sinew.output()));
      }
      TimeUnit.MILLISECONDS.sleep(10);
    }
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
  }

  private static boolean holds(Condition condition) throws Exception {
    try {
      return condition.holds();
    } catch (IOException e) {
      return false;
    }
  }

  /** Something that is asked again and again; an IOException means not yet. */
  @FunctionalInterface
  interface Condition {
    boolean holds() throws Exception;
  }

  /**
   * The longest time from ready to the first call that HAProxy gave it, in milliseconds, of the replicas that
   * were ready since a time.
   */
  long longestFirstMillis(long sinceNanos) {
    long longest = -1;
    for (Map.Entry<String, Long> one : readyAt.entrySet()) {
      if (one.getValue() - sinceNanos > 0) {
        Long first = firstCalls.get(one.getKey());
        assertThat(first).as("first call of %s", one.getKey()).isNotNull();
        long nanos = first == null ? Long.MAX_VALUE : first - one.getValue();
        longest = Math.max(longest, TimeUnit.NANOSECONDS.toMillis(Math.max(0, nanos)));
      }
    }
    return longest;
  }

  private void watch() {
    while (!closed) {
      JsonNode view = sinew.get("/api/v1/services/orders");
      if (view != null) {
        view.get("replicas").forEach(row -> {
          if (row.get("state").asString().equals("ready")) {
            readyAt.putIfAbsent("sinew." + row.get("id").asString(), System.nanoTime());
          }
        });
      }
      callsOrNone().forEach((server, calls) -> {
        if (!calls.equals("0")) {
          firstCalls.putIfAbsent(server, System.nanoTime());
        }
      });
      try {
        TimeUnit.MILLISECONDS.sleep(30);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  /** How many calls each of our servers got; none while HAProxy does not answer. */
  private Map<String, String> callsOrNone() {
    try {
      return column("stot");
    } catch (IOException e) {
      return Map.of();
    }
  }

  @Override
  public void close() throws IOException {
    closed = true;
    watch.interrupt();
    sinew.close();
    haproxy.close();
  }
}
