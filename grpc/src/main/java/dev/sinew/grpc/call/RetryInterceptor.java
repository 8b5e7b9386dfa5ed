// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc.call;

import dev.sinew.grpc.observe.ChannelObserver;
import dev.sinew.retry.RetryBudget;
import dev.sinew.retry.RetryPolicy;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.MethodDescriptor;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tries idempotent unary calls again; any other call passes through.
 *
 * @param policy how often and when
 * @param budget of the channel; every call counts in it
 * @param idempotent full names of methods that are idempotent besides those that say so themselves
 * @param observer hears of calls that may be tried again; of others {@link StreamsOfCall} tells it
 */
public record RetryInterceptor(
    RetryPolicy policy,
    RetryBudget budget,
    Set<String> idempotent,
    @Nullable ChannelObserver observer)
    implements ClientInterceptor {
  /** Whether a call may run more than once, by the word of its caller. */
  public static final CallOptions.Key<Boolean> IDEMPOTENT =
      CallOptions.Key.createWithDefault("sinew-idempotent", false);

  /** Copies the names. */
  public RetryInterceptor {
    idempotent = Set.copyOf(idempotent);
  }

  @Override
  public <ReqT, RespT> ClientCall<ReqT, RespT> interceptCall(
      MethodDescriptor<ReqT, RespT> method, CallOptions options, Channel next) {
    budget.called(System.nanoTime());
    boolean unary = method.getType() == MethodDescriptor.MethodType.UNARY;
    return unary && policy.maxAttempts() > 1 && idempotent(method, options)
        ? new RetryingCall<>(this, method, options, next)
        : next.newCall(method, options);
  }

  private boolean idempotent(MethodDescriptor<?, ?> method, CallOptions options) {
    return method.isIdempotent()
        || method.isSafe()
        || options.getOption(IDEMPOTENT)
        || idempotent.contains(method.getFullMethodName());
  }
}
