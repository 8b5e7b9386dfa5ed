// SPDX-License-Identifier: Apache-2.0
package dev.sinew.process;

import dev.sinew.autoscaler.target.ScaleDecision;
import dev.sinew.process.ProcessSpec.OnControllerLoss;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * A controller for tests to kill at any moment: keeps its children and changes its mind all the time.
 *
 * <p>Arguments: a directory, the children's mark, a seed, the epoch.
 */
final class ChaosController {
  static final int MOST = 6;
  static final String MARK = "SINEW_TEST_MARK";

  private ChaosController() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    System.out.println("begin");
    ProcessScaleTarget target = ProcessScaleTarget.start(spec(Path.of(args[0]), args[1]));
    Random random = new Random(Long.parseLong(args[2]));
    while (true) {
      target.apply(decision(random.nextInt(MOST + 1), Long.parseLong(args[3])));
      TimeUnit.MILLISECONDS.sleep(random.nextInt(80));
    }
  }

  /** Children that are never ready, half of which ignore SIGTERM. */
  static ProcessSpec spec(Path directory, String mark) {
    String script = "case $SINEW_REPLICA_ID in *[02468]) trap '' TERM;; esac; exec sleep 3600";
    return ProcessSpec.builder("chaos", List.of("sh", "-c", script), directory.resolve("logs"))
        .onControllerLoss(OnControllerLoss.KEEP)
        .stateDirectory(directory.resolve("state"))
        .environment(Map.of(MARK, mark))
        .startTimeout(Duration.ofHours(1))
        .drainGrace(Duration.ofMillis(300))
        .build();
  }

  static ScaleDecision decision(int to, long epoch) {
    return new ScaleDecision(Instant.now(), 0, to, List.of(), epoch, List.of());
  }
}
