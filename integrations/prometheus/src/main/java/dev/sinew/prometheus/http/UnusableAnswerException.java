// SPDX-License-Identifier: Apache-2.0
package dev.sinew.prometheus.http;

import java.time.Duration;

/** There is no answer, or none that may be believed; the message says why, without secrets. */
public final class UnusableAnswerException extends Exception {
  private static final long serialVersionUID = 1;

  private final Failure failure;
  private final Duration retryAfter;

  /** One that says nothing of when to ask again. */
  public UnusableAnswerException(Failure failure, String message) {
    this(failure, message, Duration.ZERO);
  }

  UnusableAnswerException(Failure failure, String message, Duration retryAfter) {
    super(message);
    this.failure = failure;
    this.retryAfter = retryAfter;
  }

  /** The kind of failure. */
  public Failure failure() {
    return failure;
  }

  /** How long the server asks to be left alone, at most 30 s; zero if it does not say. */
  public Duration retryAfter() {
    return retryAfter;
  }
}
