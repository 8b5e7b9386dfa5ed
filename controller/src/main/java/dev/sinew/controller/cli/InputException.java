// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.cli;

/** Something the user gave is wrong; the message is the whole line to show. */
final class InputException extends RuntimeException {
  private static final long serialVersionUID = 1;

  InputException(String message) {
    super(message);
  }
}
