// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.decisions;

import dev.sinew.autoscaler.policy.PolicySettings;
import dev.sinew.autoscaler.policy.Situation;
import dev.sinew.autoscaler.target.Reason;
import dev.sinew.autoscaler.target.Replicas;
import dev.sinew.autoscaler.target.ScaleDecision;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** One record of a {@link DecisionLog}: a decision, the settings it follows, or an event. */
public sealed interface LogRecord {
  /** When it happened. */
  Instant at();

  /**
   * A decision and all that it rested on. Of earlier decisions only the times and numbers are kept.
   *
   * @param situation what was known
   * @param decision what was decided, before it was applied
   * @param dryRun whether it was not to be applied
   * @param brief whether replicas and signals were left out, because they were too large for the log
   */
  record Decided(Situation situation, ScaleDecision decision, boolean dryRun, boolean brief)
      implements LogRecord {
    @Override
    public Instant at() {
      return decision.at();
    }

    /** The rules that changed the number or held it. */
    public Set<String> rules() {
      return decision.reasons().stream().map(Reason::rule).collect(Collectors.toUnmodifiableSet());
    }

    /** This without its replicas and signals. */
    Decided shortened() {
      Situation all = situation;
      Situation less = new Situation(
          all.now(),
          new Replicas(all.replicas().desired(), List.of()),
          List.of(),
          all.recent(),
          all.decisions(),
          all.epoch(),
          all.hold());
      return new Decided(less, decision, dryRun, true);
    }
  }

  /**
   * The settings that decisions follow from now on.
   *
   * @param at when they were loaded
   * @param digest of the fleet file
   * @param policy the settings
   */
  record Settings(Instant at, String digest, PolicySettings policy) implements LogRecord {}

  /**
   * Something that people will ask about when they ask why.
   *
   * @param at when; of a decision that could not be applied, the decision's own time
   * @param kind what happened
   * @param by who did it; empty if nobody in particular
   * @param text why, or the details; cut to 2000 characters, as is {@code by}
   */
  record Event(Instant at, Kind kind, String by, String text) implements LogRecord {
    private static final int LONGEST = 2000;

    /** Cuts the texts. */
    public Event {
      by = by.length() > LONGEST ? by.substring(0, LONGEST) : by;
      text = text.length() > LONGEST ? text.substring(0, LONGEST) : text;
    }

    /** What happened. */
    public enum Kind {
      /** The controller started. */
      STARTED,
      /** The controller stopped in good order. */
      STOPPED,
      /** Somebody holds the number of this service. */
      PAUSED,
      /** Somebody lets the number of this service move again. */
      RESUMED,
      /** Somebody holds the numbers of all services. */
      PAUSED_ALL,
      /** Somebody lets the numbers of all services move again. */
      RESUMED_ALL,
      /** A fleet file was refused; the settings before it stay. */
      SETTINGS_REFUSED,
      /** The last decision could not be applied. */
      APPLY_FAILED,
      /** Records before this one could not be written. */
      RECORDS_LOST
    }
  }
}
