// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.decisions;

import dev.sinew.autoscaler.Autoscaler;
import dev.sinew.autoscaler.policy.PolicySettings;
import dev.sinew.autoscaler.policy.Situation;
import dev.sinew.autoscaler.target.ScaleDecision;
import dev.sinew.controller.decisions.LogRecord.Decided;
import dev.sinew.controller.decisions.LogRecord.Event;
import dev.sinew.controller.decisions.LogRecord.Settings;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes to a {@link DecisionLog} what one service's control loop decides: every change of the number,
 * whenever the number or the set of rules that bear on it is another one than before, and once a
 * minute. What could not be written is due again at the next tick.
 *
 * <p>A change that could not be applied is tried at each tick; it is written again once a minute only.
 * May be used from any thread; never throws.
 */
public final class DecisionRecorder implements Autoscaler.Witness {
  private static final Duration LONGEST_SILENCE = Duration.ofMinutes(1);

  private final DecisionLog log;
  private final boolean dryRun;
  private @Nullable Written latest;
  private @Nullable Settings settings;

  /** What decides whether the next one is news. */
  private record Written(Instant at, int from, int to, Set<String> rules, boolean applied) {}

  /**
   * Begins with nothing written.
   *
   * @param dryRun whether decisions are not applied
   */
  public DecisionRecorder(DecisionLog log, boolean dryRun) {
    this.log = log;
    this.dryRun = dryRun;
  }

  @Override
  public synchronized void decided(Situation situation, ScaleDecision decision) {
    Decided record = new Decided(situation, decision, dryRun, false);
    if (news(record)) {
      boolean applied = !decision.changes() || !dryRun;
      Written written =
          new Written(decision.at(), decision.from(), decision.to(), record.rules(), applied);
      latest = log.append(record) ? written : null;
    }
  }

  /** Writes that a decision could not be applied, once until another one is written. */
  public synchronized void applyFailed(ScaleDecision decision, String why) {
    Written last = latest;
    if (last != null && last.applied) {
      latest = new Written(last.at, last.from, last.to, last.rules, false);
      log.append(new Event(decision.at(), Event.Kind.APPLY_FAILED, "", why));
    }
  }

  /** Writes the settings that decisions follow from now on, if they differ from those before. */
  public synchronized void settings(Instant at, String digest, PolicySettings policy) {
    Settings last = settings;
    if (last == null || !last.digest().equals(digest) || !last.policy().equals(policy)) {
      settings = new Settings(at, digest, policy);
      log.append(settings);
    }
  }

  /** Writes an event. */
  public void event(Instant at, Event.Kind kind, String by, String text) {
    log.append(new Event(at, kind, by, text));
  }

  private boolean news(Decided record) {
    ScaleDecision decision = record.decision();
    Written last = latest;
    if (last == null || last.to != decision.to() || !last.rules.equals(record.rules())) {
      return true;
    }
    Duration silence = Duration.between(last.at, decision.at());
    boolean again = last.from == decision.from() && !last.applied;
    return silence.isNegative()
        || silence.compareTo(LONGEST_SILENCE) >= 0
        || (decision.changes() && !again);
  }
}
