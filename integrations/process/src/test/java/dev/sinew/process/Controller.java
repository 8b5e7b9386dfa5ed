// SPDX-License-Identifier: Apache-2.0
package dev.sinew.process;

import dev.sinew.autoscaler.target.ScaleDecision;
import dev.sinew.process.ProcessSpec.OnControllerLoss;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;

/**
 * A controller for tests to kill: keeps two children and says their process ids and ports.
 *
 * <p>Arguments: log directory, {@link OnControllerLoss}, whether to close in a shutdown hook, and what
 * to tell the children.
 */
final class Controller {
  private Controller() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    List<String> told = List.of(args).subList(3, args.length);
    ProcessSpec spec = spec(Path.of(args[0]), OnControllerLoss.valueOf(args[1]), told);
    ProcessScaleTarget target = ProcessScaleTarget.start(spec);
    if (Boolean.parseBoolean(args[2])) {
      Runtime.getRuntime().addShutdownHook(new Thread(target::close));
    }
    target.apply(new ScaleDecision(Instant.now(), 0, 2, List.of(), 1, List.of()));
    Eventually.within(
        Duration.ofSeconds(30), "children ready", () -> target.replicas().ready() == 2);
    System.out.println(target.status().children().stream()
        .map(child -> child.pid() + ":" + child.port())
        .collect(Collectors.joining(" ", "ready ", " end")));
    new CountDownLatch(1).await();
  }

  static ProcessSpec spec(Path logs, OnControllerLoss loss, List<String> told) {
    return ProcessSpec.builder("loss", TestCommands.healthServer(told), logs)
        .onControllerLoss(loss)
        .stateDirectory(logs.resolveSibling("state"))
        .build();
  }
}
