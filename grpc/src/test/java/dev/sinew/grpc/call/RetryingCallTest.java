// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.sinew.grpc.Fleet;
import dev.sinew.grpc.TestMethods;
import dev.sinew.retry.Backoff;
import dev.sinew.retry.RetryBudget;
import dev.sinew.retry.RetryPolicy;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Over a channel whose attempts a test answers itself. */
@Timeout(30)
class RetryingCallTest {
  private final ScriptedChannel channel = new ScriptedChannel();
  private final Heard heard = new Heard();

  @Test
  void the_first_attempt_is_sent_as_a_whole_when_the_caller_has_half_closed() {
    ClientCall<String, String> call = call(Duration.ofNanos(1));
    call.start(heard, new Metadata());
    call.request(2);
    call.sendMessage("hello");
    assertThat(channel.attempts()).isZero();
    call.halfClose();
    assertThat(channel.attempt(0).sent).containsExactly("hello");
    assertThat(channel.attempt(0).halfClosed).isTrue();
    assertThat(channel.attempt(0).requested).isEqualTo(2);
  }

  @Test
  void a_retry_gets_the_request_the_headers_and_all_that_was_requested() {
    Metadata headers = new Metadata();
    Metadata.Key<String> key = Metadata.Key.of("user", Metadata.ASCII_STRING_MARSHALLER);
    headers.put(key, "ann");
    ClientCall<String, String> call = call(Duration.ofNanos(1));
    send(call, headers);
    call.request(3);
    channel.attempt(0).headers.discardAll(key);
    channel.attempt(0).close(Status.UNAVAILABLE);
    ScriptedChannel.Attempt second = channel.awaitAttempt(1);
    Fleet.await(() -> second.requested == 4);
    assertThat(second.sent).containsExactly("hello");
    assertThat(second.headers.get(key)).isEqualTo("ann");
    assertThat(second.headers.get(RetryingCall.PREVIOUS_ATTEMPTS)).isEqualTo("1");
    call.request(5);
    assertThat(second.requested).isEqualTo(9);
    second.answer("there");
    assertThat(heard.messages).containsExactly("there");
    assertThat(heard.closed).containsExactly(Status.OK);
  }

  @Test
  void a_response_that_has_begun_commits_the_call() {
    send(call(Duration.ofNanos(1)), new Metadata());
    channel.attempt(0).listener().onHeaders(new Metadata());
    channel.attempt(0).close(Status.UNAVAILABLE);
    assertThat(heard.codes()).containsExactly(Status.Code.UNAVAILABLE);
    assertThat(channel.attempts()).isEqualTo(1);
  }

  @Test
  void attempts_end_with_the_last_one_allowed() {
    send(call(Duration.ofNanos(1)), new Metadata());
    for (int i = 0; i < 3; i++) {
      channel.awaitAttempt(i).close(Status.UNAVAILABLE.withDescription("attempt " + i));
    }
    assertThat(heard.closed).hasSize(1);
    assertThat(heard.closed.get(0).getDescription()).isEqualTo("attempt 2");
    assertThat(channel.attempts()).isEqualTo(3);
  }

  @Test
  void a_cancel_reaches_the_attempt_under_way() {
    ClientCall<String, String> call = call(Duration.ofNanos(1));
    send(call, new Metadata());
    call.cancel("enough", null);
    assertThat(channel.attempt(0).cancelled).isEqualTo("enough");
    channel.attempt(0).close(Status.UNAVAILABLE);
    assertThat(heard.codes()).containsExactly(Status.Code.UNAVAILABLE);
    assertThat(channel.attempts()).isEqualTo(1);
  }

  @Test
  void a_cancel_while_waiting_ends_the_call_without_another_attempt() {
    ClientCall<String, String> call = call(Duration.ofMinutes(30));
    send(call, new Metadata());
    channel.attempt(0).close(Status.UNAVAILABLE);
    call.cancel("enough", null);
    assertThat(heard.codes()).containsExactly(Status.Code.CANCELLED);
    assertThat(heard.closed.get(0).getDescription()).isEqualTo("enough");
    assertThat(channel.sentAttempts()).isEqualTo(1);
  }

  @Test
  void a_cancel_before_the_half_close_ends_the_call() {
    ClientCall<String, String> call = call(Duration.ofNanos(1));
    call.start(heard, new Metadata());
    call.cancel(null, new IllegalArgumentException("no"));
    assertThat(heard.codes()).containsExactly(Status.Code.CANCELLED);
    call.halfClose();
    assertThat(channel.sentAttempts()).isZero();
  }

  @Test
  void a_context_that_ends_while_waiting_ends_the_call() {
    Context.CancellableContext context = Context.current().withCancellation();
    context.run(() -> send(call(Duration.ofMinutes(30)), new Metadata()));
    channel.attempt(0).close(Status.UNAVAILABLE);
    assertThat(heard.closed).isEmpty();
    context.cancel(null);
    assertThat(heard.codes()).containsExactly(Status.Code.CANCELLED);
    assertThat(channel.sentAttempts()).isEqualTo(1);
  }

  @Test
  void every_attempt_runs_in_the_context_of_the_call() {
    Context.Key<String> key = Context.key("user");
    Context.current()
        .withValue(key, "ann")
        .run(() -> send(call(Duration.ofNanos(1)), new Metadata()));
    channel.attempt(0).close(Status.UNAVAILABLE);
    assertThat(key.get(channel.awaitAttempt(1).context)).isEqualTo("ann");
  }

  /** Whoever holds the Context's monitor halts the retry's thread where it has just been woken. */
  @Test
  void a_retry_that_overtakes_the_end_of_the_first_half_close_is_reached_by_request_and_cancel()
      throws Exception {
    channel.onHalfClose(attempt -> {
      if (channel.attempts() == 1) {
        attempt.close(Status.UNAVAILABLE);
        Fleet.await(RetryingCallTest::retryThreadIsHalted);
      }
    });
    Context.CancellableContext context = Context.current().withCancellation();
    ClientCall<String, String> call = context.call(() -> call(Duration.ofNanos(1)));
    synchronized (context) {
      send(call, new Metadata());
    }
    ScriptedChannel.Attempt second = channel.awaitAttempt(1);
    Fleet.await(() -> second.requested == 1);
    call.cancel("enough", null);
    assertThat(second.cancelled).isEqualTo("enough");
  }

  private static boolean retryThreadIsHalted() {
    return Thread.getAllStackTraces().keySet().stream()
        .anyMatch(thread ->
            thread.getName().equals("sinew-retry") && thread.getState() == Thread.State.BLOCKED);
  }

  @Test
  void a_retry_that_cannot_be_started_ends_the_call() {
    send(call(Duration.ofNanos(1)), new Metadata());
    channel.refuseCalls();
    channel.attempt(0).close(Status.UNAVAILABLE);
    Fleet.await(() -> !heard.closed.isEmpty());
    assertThat(heard.codes()).containsExactly(Status.Code.INTERNAL);
  }

  @Test
  void the_order_of_a_call_is_checked() {
    ClientCall<String, String> call = call(Duration.ofNanos(1));
    assertThatIllegalStateException().isThrownBy(() -> call.request(1));
    assertThatIllegalStateException().isThrownBy(call::halfClose);
    call.start(heard, new Metadata());
    assertThatIllegalStateException().isThrownBy(() -> call.start(heard, new Metadata()));
    call.sendMessage("one");
    assertThatIllegalStateException().isThrownBy(() -> call.sendMessage("two"));
  }

  private void send(ClientCall<String, String> call, Metadata headers) {
    call.start(heard, headers);
    call.request(1);
    call.sendMessage("hello");
    call.halfClose();
  }

  /** A call whose retries wait up to so long; a wait of 30 minutes is never over in a test. */
  private ClientCall<String, String> call(Duration wait) {
    RetryPolicy policy = new RetryPolicy(3, new Backoff(wait, 1, wait));
    RetryInterceptor retries =
        new RetryInterceptor(policy, RetryBudget.of(100, 1000), Set.of(), null);
    return retries.interceptCall(TestMethods.GET, CallOptions.DEFAULT, channel);
  }

  private static final class Heard extends ClientCall.Listener<String> {
    final List<String> messages = new ArrayList<>();
    final List<Status> closed = Collections.synchronizedList(new ArrayList<>());

    List<Status.Code> codes() {
      return closed.stream().map(Status::getCode).toList();
    }

    @Override
    public void onMessage(String message) {
      messages.add(message);
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      closed.add(status);
    }
  }
}
