// SPDX-License-Identifier: Apache-2.0
package dev.sinew.haproxy.stats;

/** An answer that cannot be believed, as a whole; the reason is one word. */
final class UnreadableException extends Exception {
  private static final long serialVersionUID = 1;

  private final String reason;

  UnreadableException(String reason, String message) {
    super(message);
    this.reason = reason;
  }

  String reason() {
    return reason;
  }
}
