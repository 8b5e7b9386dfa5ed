// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.cli;

/** The controller cannot be asked or did not do it; the message is the whole line to show. */
final class UnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1;

  UnavailableException(String message) {
    super(message);
  }
}
