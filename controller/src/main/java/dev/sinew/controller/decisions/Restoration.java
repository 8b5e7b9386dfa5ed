// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.decisions;

import dev.sinew.autoscaler.Memory;
import dev.sinew.autoscaler.policy.Proposal;
import dev.sinew.autoscaler.target.ScaleDecision;
import dev.sinew.controller.decisions.LogRecord.Decided;
import dev.sinew.controller.decisions.LogRecord.Event;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a control loop remembered when it last wrote, from the log's last hour, oldest first.
 *
 * <p>What a dry run decided was never done and does not count; nor does what could not be applied.
 */
final class Restoration {
  private static final Duration OLDEST = Duration.ofHours(1);
  private static final int MOST_DECISIONS = 1024;

  private final Map<Key, ScaleDecision> decisions = new LinkedHashMap<>();
  private List<Proposal> proposals = List.of();
  private @Nullable Instant earliest;
  private @Nullable Instant latest;

  private record Key(Instant at, int from, int to) {
    static Key of(ScaleDecision decision) {
      return new Key(decision.at(), decision.from(), decision.to());
    }
  }

  /** Reads twice as many files as before until an hour is seen. */
  static Memory of(DecisionReader reader) throws IOException {
    List<Path> files = reader.newestFirst();
    int take = 1;
    Restoration restoration = of(reader, files, take);
    while (take < files.size() && !restoration.complete()) {
      take *= 2;
      restoration = of(reader, files, take);
    }
    return restoration.memory();
  }

  private static Restoration of(DecisionReader reader, List<Path> newestFirst, int take)
      throws IOException {
    Restoration restoration = new Restoration();
    for (int i = Math.min(take, newestFirst.size()) - 1; i >= 0; i--) {
      reader.read(newestFirst.get(i), entry -> restoration.accept(entry.record()));
    }
    return restoration;
  }

  private boolean complete() {
    return earliest != null
        && latest != null
        && Duration.between(earliest, latest).compareTo(OLDEST) >= 0;
  }

  void accept(LogRecord record) {
    if (record instanceof Decided decided && !decided.dryRun()) {
      ScaleDecision decision = decided.decision();
      List<Proposal> asked = new ArrayList<>(decided.situation().recent());
      asked.add(new Proposal(decided.situation().now(), decision.proposed()));
      proposals = asked;
      latest = decided.situation().now();
      earliest = earliest == null ? latest : earliest;
      decided.situation().decisions().forEach(this::made);
      if (decision.changes()) {
        made(decision);
      }
    } else if (record instanceof Event event && event.kind() == Event.Kind.APPLY_FAILED) {
      decisions.keySet().removeIf(key -> key.at().equals(event.at()));
    }
  }

  private void made(ScaleDecision decision) {
    decisions.putIfAbsent(Key.of(decision), decision);
  }

  Memory memory() {
    Instant end = latest;
    List<ScaleDecision> made = decisions.values().stream()
        .filter(
            decision -> end != null && Duration.between(decision.at(), end).compareTo(OLDEST) <= 0)
        .toList();
    return new Memory(
        proposals, made.subList(Math.max(0, made.size() - MOST_DECISIONS), made.size()));
  }
}
