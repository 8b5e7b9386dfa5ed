// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.load;

import dev.sinew.Expect;
import java.util.ArrayList;
import java.util.List;

/** A {@link LoadShape} of a few level phases. */
public final class Script implements LoadShape {
  private final List<Phase> phases;
  private final double seconds;

  /** A script of phases that follow each other. */
  public Script(List<Phase> phases) {
    this.phases = List.copyOf(phases);
    this.seconds = phases.stream().mapToDouble(Phase::seconds).sum();
    Expect.that(seconds > 0, "script.seconds", seconds, "above 0");
  }

  @Override
  public double seconds() {
    return seconds;
  }

  @Override
  public double rate(double atSeconds) {
    double end = 0;
    for (Phase phase : phases) {
      end += phase.seconds();
      if (atSeconds < end) {
        return phase.rate();
      }
    }
    return 0;
  }

  @Override
  public double peak() {
    return phases.stream().mapToDouble(Phase::rate).max().orElse(0);
  }

  @Override
  public List<Event> events() {
    List<Event> events = new ArrayList<>();
    double start = 0;
    for (Phase phase : phases) {
      events.add(new Event(phase.name(), start));
      start += phase.seconds();
    }
    return List.copyOf(events);
  }

  /**
   * A stretch of level load.
   *
   * @param name what it shows
   * @param seconds how long
   * @param rate calls per second
   */
  public record Phase(String name, double seconds, double rate) {
    /** Checks the figures. */
    public Phase {
      Expect.that(seconds > 0, "phase.seconds", seconds, "above 0");
      Expect.that(rate >= 0 && rate <= 1e6, "phase.rate", rate, "0 to 1000000 calls per second");
    }
  }
}
