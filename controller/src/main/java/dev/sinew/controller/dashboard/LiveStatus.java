// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.dashboard;

import dev.sinew.Expect;
import java.util.List;

/**
 * What a person should know of a service now, beside its figures.
 *
 * @param state one word
 * @param min the fewest replicas allowed
 * @param max the most replicas allowed
 * @param alone whether there is no other service to look at
 * @param troubles what needs somebody, one sentence each; at most 20 are kept
 * @param notes what is as somebody wanted it but not as usual, likewise
 * @param now why the number is what it is, likewise
 */
public record LiveStatus(
    String state,
    int min,
    int max,
    boolean alone,
    List<String> troubles,
    List<String> notes,
    List<String> now) {
  private static final int MOST = 20;

  /** Checks the bounds and copies the lists. */
  public LiveStatus {
    Expect.that(min >= 0 && min <= max, "status.min", min, "0 to max, which is " + max);
    troubles = first(troubles);
    notes = first(notes);
    now = first(now);
  }

  private static List<String> first(List<String> all) {
    return List.copyOf(all.subList(0, Math.min(MOST, all.size())));
  }
}
