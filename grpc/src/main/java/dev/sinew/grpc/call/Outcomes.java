// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc.call;

import dev.sinew.load.Outcome;
import io.grpc.Status;
import java.nio.channels.ClosedChannelException;

/** What the status of a call says to the client that made it. */
public final class Outcomes {
  private Outcomes() {}

  /**
   * How a replica is to be judged by a call that ended so.
   *
   * <p>UNKNOWN and INTERNAL count as failures, because that is what an exception in a handler or a
   * broken stream becomes. The codes that an application gives as an answer are successes.
   */
  public static Outcome of(Status status) {
    return switch (status.getCode()) {
      case UNAVAILABLE, INTERNAL, UNKNOWN, DATA_LOSS, DEADLINE_EXCEEDED -> Outcome.FAILURE;
      case RESOURCE_EXHAUSTED -> Outcome.OVERLOADED;
      case CANCELLED -> Outcome.IGNORED;
      default -> Outcome.SUCCESS;
    };
  }

  /**
   * Whether an idempotent call that ended so may be tried on another replica.
   *
   * <p>A replica that sheds may share its overload with all the others, so only its word invites a
   * retry. A call that was written to a connection in the moment of its end is UNKNOWN to gRPC's Netty
   * transport; only its cause, which no server can send, tells it from an answer.
   */
  static boolean retryable(Status status, PushBack pushBack) {
    return switch (status.getCode()) {
      case UNAVAILABLE -> pushBack.advice() != PushBack.Advice.NEVER;
      case RESOURCE_EXHAUSTED -> pushBack.advice() == PushBack.Advice.AFTER;
      case UNKNOWN -> status.getCause() instanceof ClosedChannelException;
      default -> false;
    };
  }
}
