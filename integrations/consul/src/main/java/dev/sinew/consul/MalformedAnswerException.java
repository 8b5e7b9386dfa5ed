// SPDX-License-Identifier: Apache-2.0
package dev.sinew.consul;

/** An answer that is not what Consul would say, whatever its status. */
final class MalformedAnswerException extends Exception {
  private static final long serialVersionUID = 1;

  MalformedAnswerException(String message) {
    super(message);
  }
}
