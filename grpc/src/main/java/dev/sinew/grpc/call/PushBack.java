// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc.call;

import io.grpc.Metadata;
import java.time.Duration;

/**
 * What a server says of trying again, in the trailer {@code grpc-retry-pushback-ms} (gRFC A6).
 *
 * @param nanos how long to wait; at most 30 s; 0 unless the advice is {@link Advice#AFTER}
 */
record PushBack(Advice advice, long nanos) {
  static final Metadata.Key<String> TRAILER =
      Metadata.Key.of("grpc-retry-pushback-ms", Metadata.ASCII_STRING_MARSHALLER);

  private static final long LONGEST_MILLIS = 30_000;
  private static final PushBack NONE = new PushBack(Advice.NONE, 0);
  private static final PushBack NEVER = new PushBack(Advice.NEVER, 0);

  /** A number that is negative or cannot be read forbids a retry. */
  static PushBack in(Metadata trailers) {
    String text = trailers.get(TRAILER);
    if (text == null) {
      return NONE;
    }
    try {
      long millis = Math.min(LONGEST_MILLIS, Long.parseLong(text));
      return millis < 0
          ? NEVER
          : new PushBack(Advice.AFTER, Duration.ofMillis(millis).toNanos());
    } catch (NumberFormatException e) {
      return NEVER;
    }
  }

  enum Advice {
    /** The server says nothing. */
    NONE,
    /** Try again after the given time. */
    AFTER,
    /** Do not try again. */
    NEVER
  }
}
