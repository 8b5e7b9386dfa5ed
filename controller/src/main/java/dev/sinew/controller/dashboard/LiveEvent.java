// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.dashboard;

import dev.sinew.Expect;

/**
 * Something that happened at one moment: marked on the charts and told in the list as a sentence.
 *
 * @param atSeconds since the run's start; 0 or more
 * @param kind what sort of thing it was
 * @param text one sentence with its numbers
 * @param from the number of replicas before, or -1 where there is none
 * @param to the number of replicas after, or -1 where there is none
 */
public record LiveEvent(double atSeconds, Kind kind, String text, int from, int to) {
  /** The sorts of things that happen; each has a colour, a line style and a letter on the page. */
  public enum Kind {
    /** The controller chose another number of replicas. */
    DECISION,
    /** Something broke, or was broken on purpose. */
    FAULT,
    /** Anything else worth knowing: load changed, a replica became ready. */
    EVENT
  }

  /** Checks the time. */
  public LiveEvent {
    Expect.that(
        atSeconds >= 0 && atSeconds <= 1e9, "event.atSeconds", atSeconds, "0 to 1,000,000,000");
  }

  /** A decision to go from one number of replicas to another. */
  public static LiveEvent decision(double atSeconds, int from, int to, String text) {
    return new LiveEvent(atSeconds, Kind.DECISION, text, from, to);
  }

  /** A fault. */
  public static LiveEvent fault(double atSeconds, String text) {
    return new LiveEvent(atSeconds, Kind.FAULT, text, -1, -1);
  }

  /** Anything else worth knowing. */
  public static LiveEvent event(double atSeconds, String text) {
    return new LiveEvent(atSeconds, Kind.EVENT, text, -1, -1);
  }
}
