// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.config.yaml;

import java.util.Collection;
import java.util.Locale;

/** What somebody who wrote an unknown word may have meant. */
public final class Suggestions {
  private static final int LONGEST = 64;
  private static final int MOST_LISTED = 12;
  private static final int SHORTEST_BEGINNING = 3;

  private Suggestions() {}

  /** What to expect in place of a word: the known ones, and the one that it resembles. */
  public static String expected(String word, Collection<String> known) {
    String listed = String.join(", ", known.stream().limit(MOST_LISTED).toList());
    if (known.size() == 1) {
      return listed;
    }
    String nearest = nearest(word, known);
    return "one of "
        + listed
        + (known.size() > MOST_LISTED ? ", …" : "")
        + (nearest.isEmpty() ? "" : "; did you mean " + nearest + "?");
  }

  /**
   * The known word that differs least, by at most a quarter of its letters, or else begins like it;
   * empty if none does.
   */
  public static String nearest(String word, Collection<String> known) {
    String best = "";
    if (word.length() > LONGEST) {
      return best;
    }
    String lower = word.toLowerCase(Locale.ROOT);
    int least = Integer.MAX_VALUE;
    for (String candidate : known) {
      int most = Math.max(1, candidate.length() / 4);
      int distance = distance(lower, candidate.toLowerCase(Locale.ROOT));
      boolean begins = word.length() >= SHORTEST_BEGINNING && candidate.startsWith(lower);
      int rank = begins ? Math.min(distance, most) : distance;
      if (rank < least && rank <= most) {
        best = candidate;
        least = rank;
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
