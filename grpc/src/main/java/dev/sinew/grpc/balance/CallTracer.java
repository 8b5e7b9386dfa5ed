// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc.balance;

import dev.sinew.grpc.call.Outcomes;
import dev.sinew.grpc.call.StreamsOfCall;
import dev.sinew.grpc.call.TriedReplicas;
import dev.sinew.grpc.orca.OrcaReports;
import dev.sinew.load.LoadReport;
import io.grpc.CallOptions;
import io.grpc.ClientStreamTracer;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Follows one stream to a node: it counts until it is closed.
 *
 * <p>A call that ends while it waits for a connection may have a tracer made whose stream never begins
 * and is never closed (grpc-java #1537). On Sinew's own channels {@link StreamsOfCall} closes it, so it
 * counts from its making, which the next pick sees. Elsewhere it counts from the moment that its headers
 * go out, which is always followed by the close.
 */
final class CallTracer extends ClientStreamTracer {
  private final GrpcNode node;
  private final boolean unary;
  private final AtomicReference<State> state = new AtomicReference<>(State.MADE);
  private volatile long startedNanos;
  private volatile @Nullable LoadReport report;

  private CallTracer(GrpcNode node, boolean unary) {
    this.node = node;
    this.unary = unary;
  }

  /** Makes the tracers of a node's calls. */
  static ClientStreamTracer.Factory factory(GrpcNode node, boolean unary) {
    return new ClientStreamTracer.Factory() {
      @Override
      public ClientStreamTracer newClientStreamTracer(StreamInfo info, Metadata headers) {
        CallOptions options = info.getCallOptions();
        TriedReplicas tried = options.getOption(TriedReplicas.KEY);
        if (tried != null) {
          tried.sentTo(node.endpoint().id());
        }
        CallTracer tracer = new CallTracer(node, unary);
        StreamsOfCall streams = options.getOption(StreamsOfCall.KEY);
        if (streams != null) {
          tracer.count();
          streams.add(tracer, tried != null && tried.again());
        }
        return tracer;
      }
    };
  }

  @Override
  public void outboundHeaders() {
    count();
  }

  @Override
  public void inboundTrailers(Metadata trailers) {
    report = OrcaReports.fromTrailers(trailers);
  }

  /** A stream is as long as its caller wants it, so its length says nothing of the node. */
  @Override
  public void streamClosed(Status status) {
    if (state.getAndSet(State.CLOSED) != State.COUNTED) {
      return;
    }
    long nowNanos = System.nanoTime();
    LoadReport last = report;
    if (unary) {
      node.load().completed(nowNanos, nowNanos - startedNanos, Outcomes.of(status), last);
    } else {
      node.load().streamEnded(nowNanos, last);
    }
    if (last != null) {
      node.reported(last);
    }
  }

  private void count() {
    if (state.get() != State.MADE) {
      return;
    }
    long nowNanos = System.nanoTime();
    startedNanos = nowNanos;
    if (!state.compareAndSet(State.MADE, State.COUNTED)) {
      return;
    }
    if (unary) {
      node.load().started(nowNanos);
    } else {
      node.load().streamStarted();
    }
  }

  private enum State {
    MADE,
    COUNTED,
    CLOSED
  }
}
