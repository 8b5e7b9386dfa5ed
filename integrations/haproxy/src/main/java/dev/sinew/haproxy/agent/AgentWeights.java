// SPDX-License-Identifier: Apache-2.0
package dev.sinew.haproxy.agent;

import dev.sinew.load.CapacityShares;
import dev.sinew.load.LoadReport;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The weight of each replica in percent of its configured one, from what all of them report.
 *
 * <p>100 stands for the median's capacity; the range is 10 to 150 ({@link CapacityShares}). A replica that
 * is draining gets 0 while somebody else does not; if everybody is draining they go on serving, since an
 * answer from one that leaves is better than none.
 */
final class AgentWeights {
  /** Of a replica of which nothing is known: the median's, so silence attracts nothing. */
  static final int UNKNOWN_PERCENT = 100;

  private AgentWeights() {}

  static Map<String, Integer> percent(Map<String, LoadReport> reports) {
    List<String> replicas = new ArrayList<>(reports.keySet());
    boolean allDraining = reports.values().stream().allMatch(LoadReport::draining);
    List<LoadReport> listed = replicas.stream().map(reports::get).toList();
    double[] shares = CapacityShares.of(listed);
    Map<String, Integer> percent = new HashMap<>();
    for (int i = 0; i < shares.length; i++) {
      boolean leaves = listed.get(i).draining() && !allDraining;
      percent.put(replicas.get(i), leaves ? 0 : (int) Math.round(shares[i] * 100));
    }
    return percent;
  }
}
