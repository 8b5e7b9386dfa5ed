// SPDX-License-Identifier: Apache-2.0
package dev.sinew.autoscaler;

import dev.sinew.autoscaler.policy.Proposal;
import dev.sinew.autoscaler.target.ScaleDecision;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What an {@link Autoscaler} remembers of the last hour; hand it to the next one and a restart
 * changes nothing.
 *
 * <p>Of equal proposals in a row only the latest is kept: whatever window it lies in, it stands for
 * those before it. Of each second's proposals the lowest and the highest are kept, both as of the
 * latest, so an hour of them is at most 7202.
 *
 * @param proposals oldest first
 * @param decisions those that changed the number, oldest first, the latest 1024 at most
 */
public record Memory(List<Proposal> proposals, List<ScaleDecision> decisions) {
  /** Remembers nothing. */
  public static final Memory EMPTY = new Memory(List.of(), List.of());

  /** The longest that any rule looks back. */
  private static final Duration OLDEST = Duration.ofHours(1);

  /** Within a longer silence much may have happened that nobody proposed for. */
  private static final Duration LONGEST_SILENCE = Duration.ofMinutes(1);

  private static final int MOST_DECISIONS = 1024;

  /** Copies the lists. */
  public Memory {
    proposals = List.copyOf(proposals);
    decisions = List.copyOf(decisions);
  }

  /**
   * This for a loop that begins now: the present number counts as needed now, so that nothing is
   * scaled in before a full stabilization window was seen, however much of it was missed.
   */
  public Memory resumed(Instant now, int present) {
    return at(now).with(new Proposal(now, present));
  }

  /**
   * What of this still counts. When the clock was set back, what bears a later time counts from
   * now, so that it holds for its full time again but no longer.
   */
  Memory at(Instant now) {
    List<Proposal> kept = new ArrayList<>();
    for (Proposal proposal : proposals) {
      if (recent(proposal.at(), now)) {
        remember(new Proposal(earlier(proposal.at(), now), proposal.replicas()), kept);
      }
    }
    List<ScaleDecision> made = decisions.stream()
        .filter(decision -> recent(decision.at(), now))
        .map(decision -> decision.at().isAfter(now) ? moved(decision, now) : decision)
        .toList();
    return new Memory(kept, made);
  }

  /** Whether the latest proposal is too old to say what happened until now. */
  boolean silent(Instant now) {
    return proposals.isEmpty()
        || Duration.between(proposals.get(proposals.size() - 1).at(), now)
                .compareTo(LONGEST_SILENCE)
            > 0;
  }

  /** This with a later proposal. */
  Memory with(Proposal proposal) {
    List<Proposal> more = new ArrayList<>(proposals);
    remember(proposal, more);
    return new Memory(more, decisions);
  }

  /** This with a later decision. */
  Memory with(ScaleDecision decision) {
    List<ScaleDecision> more = new ArrayList<>(decisions);
    more.add(decision);
    return new Memory(
        proposals, more.subList(Math.max(0, more.size() - MOST_DECISIONS), more.size()));
  }

  private static void remember(Proposal proposal, List<Proposal> into) {
    if (!into.isEmpty() && into.get(into.size() - 1).replicas() == proposal.replicas()) {
      into.set(into.size() - 1, proposal);
      return;
    }
    int lowest = proposal.replicas();
    int highest = proposal.replicas();
    while (!into.isEmpty() && sameSecond(into.get(into.size() - 1), proposal)) {
      int before = into.remove(into.size() - 1).replicas();
      lowest = Math.min(lowest, before);
      highest = Math.max(highest, before);
    }
    if (lowest < highest) {
      into.add(new Proposal(proposal.at(), lowest));
    }
    into.add(new Proposal(proposal.at(), highest));
  }

  private static boolean sameSecond(Proposal a, Proposal b) {
    return a.at().getEpochSecond() == b.at().getEpochSecond();
  }

  private static boolean recent(Instant at, Instant now) {
    return Duration.between(at, now).compareTo(OLDEST) <= 0;
  }

  private static Instant earlier(Instant a, Instant b) {
    return a.isBefore(b) ? a : b;
  }

  private static ScaleDecision moved(ScaleDecision decision, Instant to) {
    return new ScaleDecision(
        to,
        decision.from(),
        decision.to(),
        decision.victims(),
        decision.proposed(),
        decision.epoch(),
        decision.reasons());
  }
}
