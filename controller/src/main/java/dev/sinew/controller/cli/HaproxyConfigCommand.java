// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.cli;

import dev.sinew.Expect;
import dev.sinew.controller.config.FleetConfig;
import dev.sinew.controller.config.FleetFile;
import dev.sinew.controller.config.ServiceConfig;
import dev.sinew.controller.config.reference.SocketAddressForm;
import dev.sinew.controller.config.system.DoorConfig;
import dev.sinew.haproxy.config.Address;
import dev.sinew.haproxy.config.Balance;
import dev.sinew.haproxy.config.Check;
import dev.sinew.haproxy.config.Door;
import dev.sinew.haproxy.config.Edge;
import dev.sinew.haproxy.config.HaproxyConfig;
import dev.sinew.haproxy.config.Protocol;
import dev.sinew.process.health.HealthCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sinew haproxy config}. */
@Command(
    name = "config",
    description = {
      "Writes HAProxy's configuration for the doors of a fleet file: those of its services that say under",
      "haproxy where to listen. Replicas are not in it; the controller adds and removes them while it runs."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Main.Versions.class)
final class HaproxyConfigCommand implements Callable<Integer> {
  @Parameters(
      arity = "0..1",
      paramLabel = "FILE",
      description = "the fleet file (default: fleet.yaml)")
  private Path file = Path.of("fleet.yaml");

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "where to write it (default: the terminal)")
  private @Nullable Path output;

  @Option(
      names = "--number",
      paramLabel = "N",
      description = "for which HAProxy, by its place in the list haproxy.socket (default: 1)")
  private int number = 1;

  @Spec
  private CommandSpec spec;

  /** Made by picocli. */
  HaproxyConfigCommand() {
    this.spec = CommandSpec.create();
  }

  @Override
  public Integer call() {
    FleetFile read = FleetFile.check(file, System.getenv());
    FleetConfig fleet = read.config();
    if (fleet == null) {
      throw new InputException(read.errors().get(0).toString());
    }
    String text;
    try {
      text = HaproxyConfig.text(edge(fleet), doors(fleet));
    } catch (IllegalArgumentException e) {
      throw new InputException(String.valueOf(e.getMessage()));
    }
    write(text);
    return 0;
  }

  private void write(String text) {
    Path to = output;
    if (to == null) {
      spec.commandLine().getOut().print(text);
      spec.commandLine().getOut().flush();
      return;
    }
    try {
      Files.writeString(to, text);
    } catch (IOException e) {
      throw new InputException(
          Expect.message("--output", to, "a file that can be written; " + e.getMessage()));
    }
  }

  private Edge edge(FleetConfig fleet) {
    var haproxy = fleet.haproxy();
    if (haproxy == null) {
      throw new InputException(Expect.message(
          "haproxy", "missing in " + file, "haproxy: {socket: \"unix:haproxy.sock\"}"));
    }
    List<String> sockets = haproxy.sockets();
    Expect.that(
        number >= 1 && number <= sockets.size(), "--number", number, "1 to " + sockets.size());
    Edge edge = Edge.at(sockets.get(number - 1));
    SocketAddressForm metrics = haproxy.metrics();
    return metrics == null ? edge : edge.withMetrics(Address.of(metrics.text()));
  }

  /** A service and its backup share a backend, and either may say where it listens. */
  private List<Door> doors(FleetConfig fleet) {
    Map<String, Door> doors = new LinkedHashMap<>();
    for (ServiceConfig service : fleet.services().values()) {
      DoorConfig config = service.door();
      SocketAddressForm listen = config == null ? null : config.listen();
      if (config != null && listen != null) {
        Door door = door(config, listen, service.process().healthCheck());
        Door other = doors.putIfAbsent(door.backend(), door);
        Expect.that(
            other == null || other.equals(door),
            "services." + service.name() + ".haproxy",
            door.backend() + " at " + door.listen(),
            "the same in all of it as the other service with this backend");
      }
    }
    if (doors.isEmpty()) {
      throw new InputException(Expect.message(
          "services.*.haproxy.listen", "missing in " + file, "an address as 127.0.0.1:8080"));
    }
    return List.copyOf(doors.values());
  }

  private static Door door(DoorConfig config, SocketAddressForm listen, HealthCheck health) {
    Protocol protocol =
        config.protocol() == DoorConfig.Protocol.GRPC ? Protocol.GRPC : Protocol.HTTP;
    Door door = Door.of(config.backend(), Address.of(listen.text()), protocol)
        .withBalance(Balance.valueOf(config.balance().name()))
        .withCheck(check(health))
        .withSlowStart(config.slowStart());
    Path certificate = config.certificate();
    Door secured = certificate == null ? door : door.withCertificate(certificate.toAbsolutePath());
    return config.replay() ? secured.withRetryIdempotent() : secured;
  }

  private static Check check(HealthCheck health) {
    return switch (health.kind()) {
      case GRPC -> Check.grpc("");
      case HTTP -> Check.http(health.path());
      case TCP -> Check.tcp();
    };
  }
}
