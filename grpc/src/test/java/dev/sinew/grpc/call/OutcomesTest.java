// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinew.load.Outcome;
import io.grpc.Metadata;
import io.grpc.Status;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class OutcomesTest {
  private static final Set<Status.Code> FAILURES = EnumSet.of(
      Status.Code.UNAVAILABLE,
      Status.Code.INTERNAL,
      Status.Code.UNKNOWN,
      Status.Code.DATA_LOSS,
      Status.Code.DEADLINE_EXCEEDED);

  @ParameterizedTest
  @EnumSource(Status.Code.class)
  void every_code_has_its_outcome(Status.Code code) {
    Outcome expected = FAILURES.contains(code)
        ? Outcome.FAILURE
        : switch (code) {
          case RESOURCE_EXHAUSTED -> Outcome.OVERLOADED;
          case CANCELLED -> Outcome.IGNORED;
          default -> Outcome.SUCCESS;
        };
    assertThat(Outcomes.of(code.toStatus())).isEqualTo(expected);
  }

  @ParameterizedTest
  @EnumSource(Status.Code.class)
  void only_unavailable_is_tried_again_unasked(Status.Code code) {
    assertThat(Outcomes.retryable(code.toStatus(), PushBack.in(new Metadata())))
        .isEqualTo(code == Status.Code.UNAVAILABLE);
  }

  @Test
  void a_connection_that_closed_under_a_call_is_tried_again_although_it_is_unknown() {
    PushBack none = PushBack.in(new Metadata());
    Status closed = Status.UNKNOWN.withDescription("channel closed");
    assertThat(Outcomes.retryable(closed.withCause(new ClosedChannelException()), none))
        .isTrue();
    assertThat(Outcomes.retryable(closed.withCause(new RuntimeException()), none))
        .isFalse();
    assertThat(Outcomes.retryable(closed, none)).isFalse();
  }

  @ParameterizedTest
  @EnumSource(Status.Code.class)
  void a_push_back_invites_a_retry_of_a_shed_call_and_of_no_other_error(Status.Code code) {
    boolean invited = code == Status.Code.UNAVAILABLE || code == Status.Code.RESOURCE_EXHAUSTED;
    assertThat(Outcomes.retryable(code.toStatus(), PushBack.in(trailers("5")))).isEqualTo(invited);
    assertThat(Outcomes.retryable(code.toStatus(), PushBack.in(trailers("-5")))).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "0, AFTER, 0",
    "7, AFTER, 7",
    "30001, AFTER, 30000",
    "9223372036854775807, AFTER, 30000",
    "-1, NEVER, 0",
    "'', NEVER, 0",
    "soon, NEVER, 0",
    "1.5, NEVER, 0",
    "99999999999999999999, NEVER, 0"
  })
  void a_push_back_is_read_with_suspicion(String text, PushBack.Advice advice, long millis) {
    assertThat(PushBack.in(trailers(text)))
        .isEqualTo(new PushBack(advice, Duration.ofMillis(millis).toNanos()));
  }

  @Test
  void no_push_back_is_no_advice() {
    assertThat(PushBack.in(new Metadata()).advice()).isEqualTo(PushBack.Advice.NONE);
  }

  private static Metadata trailers(String pushBack) {
    Metadata trailers = new Metadata();
    trailers.put(PushBack.TRAILER, pushBack);
    return trailers;
  }
}
