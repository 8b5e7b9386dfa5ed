// SPDX-License-Identifier: Apache-2.0
package dev.sinew.load;

import java.util.Arrays;
import java.util.List;

/**
 * The share of the calls that each of some peers should get, by the capacity that they report.
 *
 * <p>A replica's capacity is the call rate it would bear at full utilization, {@code calls / (utilization +
 * errors / calls)} (gRFC A58). Reports are not trusted blindly: a replica without a usable one gets the
 * median of the others, and nobody gets less than a tenth or more than one and a half times the median, so
 * a replica that lies gains little.
 */
public final class CapacityShares {
  private static final double LOWEST = 0.1;
  private static final double HIGHEST = 1.5;

  private CapacityShares() {}

  /** A share for each report, in their order: 0.1 to 1.5, where 1 is the median of those that tell. */
  public static double[] of(List<LoadReport> reports) {
    double[] shares = new double[reports.size()];
    for (int i = 0; i < shares.length; i++) {
      shares[i] = capacity(reports.get(i));
    }
    double median = median(shares);
    for (int i = 0; i < shares.length; i++) {
      double share = Double.isNaN(shares[i]) ? 1 : shares[i] / median;
      shares[i] = Math.max(LOWEST, Math.min(HIGHEST, share));
    }
    return shares;
  }

  /** Calls per second at full utilization; NaN if the report does not tell. */
  private static double capacity(LoadReport report) {
    double used = report.utilization() > 0 ? report.utilization() : report.cpu();
    double calls = report.callsPerSecond();
    double errors = Double.isNaN(report.errorsPerSecond()) ? 0 : report.errorsPerSecond();
    double capacity = calls / (used + errors / calls);
    return capacity > 0 && Double.isFinite(capacity) ? capacity : Double.NaN;
  }

  /**
   * The median of the known values; 1 if none is known. Of an even number it is the lower middle
   * one: the mean of two would follow the one that lies.
   */
  private static double median(double[] values) {
    double[] known =
        Arrays.stream(values).filter(v -> !Double.isNaN(v)).sorted().toArray();
    return known.length == 0 ? 1 : known[(known.length - 1) / 2];
  }
}
