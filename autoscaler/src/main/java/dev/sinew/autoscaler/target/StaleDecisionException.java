// SPDX-License-Identifier: Apache-2.0
package dev.sinew.autoscaler.target;

/** A decision was refused because another controller has taken over since. */
public final class StaleDecisionException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** Names both epochs. */
  public StaleDecisionException(long offered, long latest) {
    super("epoch: " + offered + " (expected: at least " + latest + ")");
  }
}
