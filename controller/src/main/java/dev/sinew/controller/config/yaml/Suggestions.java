// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.config.yaml;

import java.util.Collection;
import java.util.Locale;

/** What somebody who wrote an unknown word may have meant. */
public final class Suggestions {
  private static final int LONGEST = 64;
  private static final int MOST_LISTED = 12;

  private Suggestions() {}

  /** What to expect: the nearest word as a question, else the known ones. */
  public static String expected(String word, Collection<String> known) {
    String nearest = nearest(word, known);
    if (!nearest.isEmpty()) {
      return "did you mean " + nearest + "?";
    }
    String listed = String.join(", ", known.stream().limit(MOST_LISTED).toList());
    return (known.size() == 1 ? "" : "one of ")
        + listed
        + (known.size() > MOST_LISTED ? ", …" : "");
  }

  /** The known word that differs least, by at most a third of its letters; empty if none does. */
  public static String nearest(String word, Collection<String> known) {
    String best = "";
    int least = Integer.MAX_VALUE;
    for (String candidate : word.length() > LONGEST ? java.util.List.<String>of() : known) {
      int distance = distance(word.toLowerCase(Locale.ROOT), candidate.toLowerCase(Locale.ROOT));
      if (distance < least && distance <= Math.max(1, candidate.length() / 3)) {
        best = candidate;
        least = distance;
      }
    }
    return best;
  }

  /** Optimal string alignment: insertions, deletions, substitutions, swaps of neighbours. */
  static int distance(String a, String b) {
    int[][] d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          d[i][j] = i + j;
          continue;
        }
        int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        d[i][j] = Math.min(Math.min(d[i - 1][j], d[i][j - 1]) + 1, d[i - 1][j - 1] + change);
        boolean swapped = i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1);
        if (swapped) {
          d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
        }
      }
    }
    return d[a.length()][b.length()];
  }
}
