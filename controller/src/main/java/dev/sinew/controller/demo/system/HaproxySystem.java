// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.demo.system;

import dev.sinew.autoscaler.signal.Metric;
import dev.sinew.autoscaler.signal.SignalSource;
import dev.sinew.controller.config.system.DoorConfig;
import dev.sinew.controller.door.DoorSettings;
import dev.sinew.controller.door.Doors;
import dev.sinew.controller.door.ServiceDoor;
import dev.sinew.haproxy.config.Address;
import dev.sinew.haproxy.config.Door;
import dev.sinew.haproxy.config.Edge;
import dev.sinew.haproxy.config.HaproxyConfig;
import dev.sinew.haproxy.config.Protocol;
import dev.sinew.haproxy.socket.HaproxySocket;
import dev.sinew.haproxy.stats.HaproxySignalSettings;
import dev.sinew.haproxy.stats.HaproxySignalSource;
import dev.sinew.process.Doorkeeper;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** An HAProxy that the demo's calls go through. */
final class HaproxySystem implements DemoSystem {
  private static final Duration GRACE = Duration.ofSeconds(6);
  private static final Duration INTERVAL = Duration.ofMillis(500);
  private static final Duration FRESHNESS = Duration.ofSeconds(3);

  private final ServerProgram program;
  private final ServiceDoor door;
  private final HaproxySignalSource signals;
  private final int port;

  private HaproxySystem(
      ServerProgram program, ServiceDoor door, HaproxySignalSource signals, int port) {
    this.program = program;
    this.door = door;
    this.signals = signals;
    this.port = port;
  }

  static HaproxySystem start(String service, Path logs) throws IOException, InterruptedException {
    Path binary = ServerProgram.find("haproxy");
    String socket = "unix:" + logs.resolve("haproxy.sock");
    int port = ServerProgram.freePort();
    // The demo's calls may be carried out twice, as its own client says of them, too.
    Door door =
        Door.of(service, new Address("127.0.0.1", port), Protocol.GRPC).withRetryIdempotent();
    Path config = logs.resolve("haproxy.cfg");
    Files.writeString(config, HaproxyConfig.text(Edge.at(socket), List.of(door)));
    ServerProgram program = ServerProgram.start(
        "haproxy", List.of(binary.toString(), "-db", "-f", config.toString()), logs);
    program.await(() -> answers(socket));
    ServiceDoor keeper = new Doors().open(settings(service, socket));
    keeper.complete();
    HaproxySignalSource signals = HaproxySignalSource.start(
        List.of(HaproxySocket.at(socket)),
        new HaproxySignalSettings(service, true, true, INTERVAL, FRESHNESS));
    return new HaproxySystem(program, keeper, signals, port);
  }

  private static DoorSettings settings(String service, String socket) {
    return new DoorSettings(
        service,
        0,
        new DoorConfig(
            service,
            null,
            DoorConfig.Protocol.GRPC,
            DoorConfig.Balance.ROUND_ROBIN,
            Duration.ZERO,
            null,
            true),
        new dev.sinew.controller.config.system.HaproxyConfig(List.of(socket), null),
        Set.of(service),
        GRACE);
  }

  private static boolean answers(String socket) {
    try {
      return !HaproxySocket.at(socket).version().toString().isEmpty();
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public SignalSource signals() {
    return signals;
  }

  @Override
  public Set<Metric> tells() {
    return Set.of(Metric.CALLS_PER_SECOND, Metric.IN_FLIGHT);
  }

  @Override
  public Doorkeeper doorkeeper() {
    return door;
  }

  /**
   * Any gRPC client will do, and one of Sinew's would not do better: its health check would speak of the
   * one replica that HAProxy has sent it to, and hold back all calls when that replica dies.
   */
  @Override
  public ManagedChannel client(String registered) {
    return NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
  }

  @Override
  public String introduction() {
    return "Signals: only what HAProxy tells, through which all calls go, at 127.0.0.1:" + port
        + "; ORCA load reports are watched beside it";
  }

  @Override
  public String trouble() {
    List<String> troubles = door.troubles();
    return !program.alive()
        ? "haproxy has ended"
        : troubles.isEmpty() ? signals.lastFailure() : troubles.get(0);
  }

  @Override
  public void close() {
    signals.close();
    door.close();
    program.close();
  }
}
