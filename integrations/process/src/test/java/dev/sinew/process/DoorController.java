// SPDX-License-Identifier: Apache-2.0
package dev.sinew.process;

import dev.sinew.process.ProcessSpec.OnControllerLoss;
import dev.sinew.process.health.HealthCheck;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;

/**
 * A controller for tests to kill: its one child leaves, and its door never says that it may go.
 *
 * <p>Arguments: a directory, and how to mark the child.
 */
final class DoorController {
  static final String MARK = "SINEW_TEST_MARK";

  private DoorController() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    ProcessScaleTarget target =
        ProcessScaleTarget.start(spec(Path.of(args[0]), args[1]), new Mute());
    target.apply(ChaosController.decision(1, 1));
    Eventually.within(Duration.ofSeconds(40), "ready", () -> target.replicas().ready() == 1);
    target.apply(ChaosController.decision(0, 1));
    new CountDownLatch(1).await();
  }

  static ProcessSpec spec(Path directory, String mark) {
    return ProcessSpec.builder("kept", TestCommands.httpServer(), directory.resolve("logs"))
        .environment(Map.of(MARK, mark))
        .healthCheck(HealthCheck.http("/health"))
        .drainGrace(Duration.ofSeconds(60))
        .onControllerLoss(OnControllerLoss.KEEP)
        .stateDirectory(directory.resolve("state"))
        .build();
  }

  private static final class Mute implements Doorkeeper {
    @Override
    public void ready(String id, int port) {}

    @Override
    public void unready(String id) {}

    @Override
    public CompletionStage<Void> leaving(String id) {
      System.out.println("leaving " + id + " end");
      return new CompletableFuture<>();
    }

    @Override
    public void gone(String id) {}
  }
}
