// SPDX-License-Identifier: Apache-2.0
package dev.sinew.consul.http;

/** An answer that is not what Consul would say, whatever its status. */
public final class MalformedAnswerException extends Exception {
  private static final long serialVersionUID = 1;

  /** One whose message says what is wrong with it. */
  public MalformedAnswerException(String message) {
    super(message);
  }
}
