// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.explain;

import dev.sinew.autoscaler.policy.PolicySettings;
import dev.sinew.autoscaler.policy.ScalePolicy;
import dev.sinew.autoscaler.target.Reason;
import dev.sinew.autoscaler.target.ScaleDecision;
import dev.sinew.controller.decisions.DecisionReader;
import dev.sinew.controller.decisions.DecisionReader.Entry;
import dev.sinew.controller.decisions.LogRecord.Decided;
import dev.sinew.controller.decisions.LogRecord.Settings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What today's code decides in each logged situation, compared with what was decided.
 *
 * <p>With the logged settings every bit counts: number, victims, each word of a reason. With other
 * settings the sentences differ by their figures, so only the numbers and rules count. Each situation
 * is taken as it was; what another decision would have led to is not played out.
 *
 * @param situations that were decided again
 * @param incomplete that could not be, as the log does not tell their replicas or settings
 * @param differing in how many the answer differs
 * @param differences the first 1000 of these
 * @param unread what could not be read of the log
 */
public record Replay(
    long situations,
    long incomplete,
    long differing,
    List<Difference> differences,
    List<String> unread) {
  private static final int MOST_DIFFERENCES = 1000;

  /** Copies the lists. */
  public Replay {
    differences = List.copyOf(differences);
    unread = List.copyOf(unread);
  }

  /**
   * Two answers to one situation.
   *
   * @param logged what was decided
   * @param redecided what is decided now
   */
  public record Difference(ScaleDecision logged, ScaleDecision redecided) {
    /** The logged reasons that are not given now. */
    List<Reason> gone() {
      List<Reason> rest = new ArrayList<>(logged.reasons());
      rest.removeAll(redecided.reasons());
      return rest;
    }

    /** The reasons that are given now and were not. */
    List<Reason> added() {
      List<Reason> rest = new ArrayList<>(redecided.reasons());
      rest.removeAll(logged.reasons());
      return rest;
    }
  }

  /**
   * Decides everything again.
   *
   * @param other the settings to decide by, or null for those that were logged
   * @throws IOException if the log cannot be read
   */
  public static Replay of(DecisionReader log, @Nullable PolicySettings other) throws IOException {
    Pass pass = new Pass(other);
    DecisionReader.Tally tally = log.read(pass::take);
    return new Replay(
        pass.situations, pass.incomplete, pass.differing, pass.differences, tally.remarks());
  }

  private static final class Pass {
    private final @Nullable PolicySettings other;
    private final Map<PolicySettings, ScalePolicy> policies = new HashMap<>();
    private final List<Difference> differences = new ArrayList<>();
    private long situations;
    private long incomplete;
    private long differing;

    Pass(@Nullable PolicySettings other) {
      this.other = other;
    }

    void take(Entry entry) {
      if (!(entry.record() instanceof Decided decided)) {
        return;
      }
      PolicySettings settings = settings(entry);
      if (settings == null || decided.brief()) {
        incomplete++;
        return;
      }
      situations++;
      ScalePolicy policy = policies.computeIfAbsent(settings, ScalePolicy::of);
      ScaleDecision redecided = policy.decide(decided.situation());
      if (!same(decided.decision(), redecided)) {
        differing++;
        if (differences.size() < MOST_DIFFERENCES) {
          differences.add(new Difference(decided.decision(), redecided));
        }
      }
    }

    private @Nullable PolicySettings settings(Entry entry) {
      Settings logged = entry.settings();
      return other != null || logged == null ? other : logged.policy();
    }

    private boolean same(ScaleDecision logged, ScaleDecision redecided) {
      return other == null
          ? logged.equals(redecided)
          : logged.to() == redecided.to() && steps(logged).equals(steps(redecided));
    }

    private static List<Object> steps(ScaleDecision decision) {
      List<Object> steps = new ArrayList<>();
      for (Reason reason : decision.reasons()) {
        steps.add(List.of(reason.rule(), reason.before(), reason.after()));
      }
      return steps;
    }
  }
}
