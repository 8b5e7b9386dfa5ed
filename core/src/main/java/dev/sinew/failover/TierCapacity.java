// SPDX-License-Identifier: Apache-2.0
package dev.sinew.failover;

/**
 * The share of all calls that one tier may get, as it changes with time.
 *
 * <p>It is the lower of two bounds, each of which falls at once and rises slowly: one by health, one by
 * reported load.
 */
final class TierCapacity {
  /** A tier is given all calls while no more than 1 - 1/1.4 of it is unhealthy. Envoy's default. */
  private static final double OVERPROVISIONING = 1.4;

  /** From nothing to everything in 20 s: caches and compilers need about as long. */
  private static final double RETURN_PER_SECOND = 0.05;

  /** Beyond this utilization calls are sent elsewhere; below the other one they come back. */
  private static final double NEARLY_FULL = 0.9;

  private static final double COMFORTABLE = 0.8;
  private static final double AIM = 0.85;

  /** A full tier does not tell by how much it is overloaded. */
  private static final double DEEPEST_CUT = 0.7;

  /** Reports show the effect of one cut before the next. */
  private static final long CUT_NANOS = 2_000_000_000L;

  /** With fewer calls a tier could not report that it is better. */
  private static final double LEAST = 0.1;

  private double byHealth;
  private double byLoad = 1;
  private boolean served;
  private long updatedNanos;
  private long cutNanos;

  TierCapacity(long nowNanos) {
    updatedNanos = nowNanos;
    cutNanos = nowNanos - CUT_NANOS;
  }

  boolean served() {
    return served;
  }

  /** The tier is not there, or none of it is healthy. */
  double none(long nowNanos) {
    updatedNanos = nowNanos;
    byHealth = 0;
    byLoad = 1;
    return 0;
  }

  /**
   * The share after a look at the tier.
   *
   * @param share that it has had until now
   * @param atOnce whether it need not rise slowly
   * @param relief whether another tier could take calls from it
   */
  double update(Tier tier, double share, boolean atOnce, boolean relief, long nowNanos) {
    if (tier.healthy() == 0) {
      return none(nowNanos);
    }
    served = true;
    // A longer silence of the caller must not become one large step.
    double seconds = Math.min(1, Math.max(0, (nowNanos - updatedNanos) / 1e9));
    updatedNanos = nowNanos;
    double healthy =
        OVERPROVISIONING * tier.healthy() / ((double) tier.healthy() + tier.unhealthy());
    double risen = atOnce ? 1 : byHealth + RETURN_PER_SECOND * seconds;
    byHealth = Math.min(1, Math.min(healthy, risen));
    if (tier.utilization() > NEARLY_FULL && relief) {
      cut(tier.utilization(), share, nowNanos);
    } else if (tier.utilization() < COMFORTABLE) {
      byLoad = Math.min(1, byLoad * (1 + RETURN_PER_SECOND * seconds));
    }
    return Math.min(byHealth, byLoad);
  }

  private void cut(double utilization, double share, long nowNanos) {
    if (share > 0 && nowNanos - cutNanos >= CUT_NANOS) {
      cutNanos = nowNanos;
      double factor = utilization >= 1 ? DEEPEST_CUT : AIM / utilization;
      byLoad = Math.max(LEAST, Math.min(byLoad, share) * factor);
    }
  }
}
