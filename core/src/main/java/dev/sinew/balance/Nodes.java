// SPDX-License-Identifier: Apache-2.0
package dev.sinew.balance;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the pickers share. */
final class Nodes {
  private Nodes() {}

  /** The first node from an index on, around the list, that the call does not exclude; or null. */
  static <N extends Node> @Nullable N from(List<N> nodes, int start, Call call) {
    int size = nodes.size();
    for (int step = 0, i = start; step < size; step++) {
      N node = nodes.get(i);
      if (!call.excludes(node)) {
        return node;
      }
      i = i + 1 == size ? 0 : i + 1;
    }
    return null;
  }
}
