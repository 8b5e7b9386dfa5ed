// SPDX-License-Identifier: Apache-2.0
package dev.sinew.process;

import dev.sinew.process.FleetStatus.ChildStatus;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * A controller whose state folder is a disk of its own that runs full and is freed again.
 *
 * <p>Arguments: a directory that holds the folder, and the children's mark. Its last word is "passed".
 */
final class FullDiskController {
  private FullDiskController() {}

  public static void main(String[] args) throws IOException {
    Path directory = Path.of(args[0]);
    Path filler = directory.resolve("state/filler");
    ProcessSpec spec = ChaosController.spec(directory, args[1]);
    ProcessScaleTarget target = ProcessScaleTarget.start(spec);
    scale(target, 2);
    await("two run", () -> running(target).size() == 2);
    fill(filler);
    scale(target, 4);
    await("four run on a full disk", () -> running(target).size() == 4);
    await("the loss is counted", () -> target.status().journalFailures() > 0);
    Processes.signal("KILL", running(target).get(0));
    await(
        "a child is replaced on a full disk",
        () -> target.status().restarts() == 1 && running(target).size() == 4);
    List<Long> before = running(target);
    target.close();
    ProcessScaleTarget next = ProcessScaleTarget.start(spec);
    if (next.replicas().desired() != 4 || !running(next).containsAll(before)) {
      throw new AssertionError("of " + before + " remain " + next.status());
    }
    Files.delete(filler);
    await(
        "the journal is written again",
        () -> Journal.parse(Files.readString(directory.resolve("state/journal"))).members().stream()
                .filter(entry -> entry.process() != null)
                .count()
            == 4);
    long failures = next.status().journalFailures();
    scale(next, 0);
    await("all gone", () -> next.replicas().all().isEmpty());
    if (failures == 0 || next.status().journalFailures() != failures) {
      throw new AssertionError("failures " + failures + " " + next.status());
    }
    next.stopAll();
    System.out.println("passed");
    System.exit(0);
  }

  private static void fill(Path filler) {
    try (OutputStream file = Files.newOutputStream(filler)) {
      while (true) {
        file.write(new byte[1024]);
      }
    } catch (IOException e) {
      System.out.println("full: " + e.getMessage());
    }
  }

  private static void scale(ProcessScaleTarget target, int to) {
    target.apply(ChaosController.decision(to, 1));
  }

  private static List<Long> running(ProcessScaleTarget target) {
    return target.status().children().stream()
        .map(ChildStatus::pid)
        .filter(pid -> pid != 0 && Processes.alive(pid))
        .toList();
  }

  private static void await(String what, Callable<Boolean> condition) {
    Eventually.within(Duration.ofSeconds(20), what, condition);
  }
}
