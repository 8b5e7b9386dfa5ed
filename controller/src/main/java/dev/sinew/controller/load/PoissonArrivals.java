// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.load;

import java.util.random.RandomGenerator;

/**
 * Arrival times of a Poisson process whose rate follows a {@link LoadShape}.
 *
 * <p>By thinning (Lewis and Shedler 1979): arrivals are drawn at the peak rate, and each is kept with
 * the probability rate / peak.
 */
public final class PoissonArrivals {
  private final LoadShape shape;
  private final RandomGenerator random;
  private final double peak;
  private double at;

  /** Arrivals from the start of the shape on. */
  public PoissonArrivals(LoadShape shape, RandomGenerator random) {
    this.shape = shape;
    this.random = random;
    this.peak = shape.peak();
  }

  /** The next arrival in seconds from the start, or infinity after the end. */
  public double next() {
    while (true) {
      at += random.nextExponential() / peak;
      if (at >= shape.seconds()) {
        return Double.POSITIVE_INFINITY;
      }
      if (random.nextDouble() * peak < shape.rate(at)) {
        return at;
      }
    }
  }
}
