// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.registry;

import dev.sinew.Expect;

/** A request that the registry does not carry out; its message goes to the client as it is. */
final class RefusedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final int status;

  RefusedException(int status, String message) {
    super(Expect.printable(message), null, false, false);
    this.status = status;
  }

  static RefusedException badRequest(String message) {
    return new RefusedException(400, message);
  }

  static RefusedException undecodable(String reason) {
    return badRequest("Request decode failed: " + reason);
  }

  /** The HTTP status. */
  int status() {
    return status;
  }
}
