// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc.load;

import io.grpc.Status;

/** The endings of a call that a server counts as its own failure. */
final class ServerFailures {
  private ServerFailures() {}

  /**
   * Whether the server failed the call.
   *
   * <p>Not so: what the caller did wrong or took back, what the application answers by its rules, and
   * what was shed (RESOURCE_EXHAUSTED), which is demand and no failure.
   */
  static boolean contain(Status status) {
    return switch (status.getCode()) {
      case UNKNOWN, INTERNAL, UNAVAILABLE, DATA_LOSS, DEADLINE_EXCEEDED -> true;
      case OK,
          CANCELLED,
          INVALID_ARGUMENT,
          NOT_FOUND,
          ALREADY_EXISTS,
          PERMISSION_DENIED,
          RESOURCE_EXHAUSTED,
          FAILED_PRECONDITION,
          ABORTED,
          OUT_OF_RANGE,
          UNIMPLEMENTED,
          UNAUTHENTICATED -> false;
    };
  }
}
