// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc.call;

import io.grpc.ClientCall;
import io.grpc.Metadata;
import org.jspecify.annotations.Nullable;

/**
 * The answer of one attempt at a unary call, held until its status is known: a replica that dies between
 * headers, message and status has not answered, and the caller must not hear of two answers.
 *
 * <p>A unary call is over with its status, so nobody waits longer for that. Used by one thread at a time.
 */
final class HeldAnswer<RespT> {
  private final ClientCall.Listener<RespT> caller;
  private @Nullable Metadata headers;
  private @Nullable RespT message;
  private boolean passed;

  /**
   * An answer that has not begun.
   *
   * @param holds false if the attempt is the only one, so that all is passed on at once
   */
  HeldAnswer(ClientCall.Listener<RespT> caller, boolean holds) {
    this.caller = caller;
    this.passed = !holds;
  }

  void headers(Metadata received) {
    headers = received;
    if (passed) {
      pass();
    }
  }

  void message(RespT received) {
    if (message != null) {
      // More than one is against the rules of a unary call; that is for the caller to say.
      pass();
    }
    message = received;
    if (passed) {
      pass();
    }
  }

  /** Whether the caller has heard of it. */
  boolean passed() {
    return passed;
  }

  /** Tells the caller what is held, and from now on everything at once. */
  void pass() {
    passed = true;
    Metadata firstly = headers;
    RespT secondly = message;
    headers = null;
    message = null;
    if (firstly != null) {
      caller.onHeaders(firstly);
    }
    if (secondly != null) {
      caller.onMessage(secondly);
    }
  }
}
