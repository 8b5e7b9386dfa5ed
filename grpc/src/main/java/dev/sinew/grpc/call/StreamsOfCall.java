// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc.call;

import dev.sinew.grpc.observe.ChannelObserver;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ClientStreamTracer;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The tracers of one attempt's streams; closes those that gRPC left open when the attempt has ended. */
public final class StreamsOfCall {
  /** Where they travel. */
  public static final CallOptions.Key<@Nullable StreamsOfCall> KEY =
      CallOptions.Key.create("sinew-streams-of-call");

  private final List<ClientStreamTracer> open = new ArrayList<>(1);
  private final @Nullable ChannelObserver observer;
  private @Nullable Status ended;

  /**
   * None at first.
   *
   * @param observer hears of each
   */
  public StreamsOfCall(@Nullable ChannelObserver observer) {
    this.observer = observer;
  }

  /**
   * A stream begins; if the attempt has ended already, it is closed at once.
   *
   * @param again whether an earlier attempt of the call had a stream
   */
  public void add(ClientStreamTracer tracer, boolean again) {
    if (observer != null) {
      observer.attempted(again);
    }
    Status status;
    synchronized (this) {
      status = ended;
      if (status == null) {
        open.add(tracer);
      }
    }
    if (status != null) {
      tracer.streamClosed(status);
    }
  }

  /** The attempt ended; a stream that is closed already stays as it is. */
  public void close(Status status) {
    List<ClientStreamTracer> left;
    synchronized (this) {
      ended = status;
      left = List.copyOf(open);
      open.clear();
    }
    left.forEach(tracer -> tracer.streamClosed(status));
  }

  /** Gives each attempt its streams; it must be the innermost interceptor. */
  public static final class Interceptor implements ClientInterceptor {
    private final @Nullable ChannelObserver observer;

    /**
     * For one channel.
     *
     * @param observer hears of each stream, and of the calls that are one attempt for certain
     */
    public Interceptor(@Nullable ChannelObserver observer) {
      this.observer = observer;
    }

    @Override
    public <ReqT, RespT> ClientCall<ReqT, RespT> interceptCall(
        MethodDescriptor<ReqT, RespT> method, CallOptions options, Channel next) {
      StreamsOfCall streams = new StreamsOfCall(observer);
      ChannelObserver told = options.getOption(TriedReplicas.KEY) == null ? observer : null;
      return new SimpleForwardingClientCall<>(
          next.newCall(method, options.withOption(KEY, streams))) {
        @Override
        public void start(Listener<RespT> listener, Metadata headers) {
          long startedNanos = told == null ? 0 : System.nanoTime();
          super.start(
              new SimpleForwardingClientCallListener<>(listener) {
                @Override
                public void onClose(Status status, Metadata trailers) {
                  streams.close(status);
                  if (told != null) {
                    told.call(method).ended(status.getCode(), System.nanoTime() - startedNanos);
                  }
                  super.onClose(status, trailers);
                }
              },
              headers);
        }
      };
    }
  }
}
