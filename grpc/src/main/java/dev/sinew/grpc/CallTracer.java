// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc;

import dev.sinew.grpc.orca.OrcaReports;
import dev.sinew.load.LoadReport;
import dev.sinew.load.Outcome;
import io.grpc.ClientStreamTracer;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Follows one stream to a node: it counts from the creation of the stream until it is closed. */
final class CallTracer extends ClientStreamTracer {
  private final GrpcNode node;
  private final boolean unary;
  private final long startedNanos;
  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile @Nullable LoadReport report;

  private CallTracer(GrpcNode node, boolean unary) {
    this.node = node;
    this.unary = unary;
    this.startedNanos = System.nanoTime();
  }

  /** Makes the tracers of a node's calls. */
  static ClientStreamTracer.Factory factory(GrpcNode node, boolean unary) {
    return new ClientStreamTracer.Factory() {
      @Override
      public ClientStreamTracer newClientStreamTracer(StreamInfo info, Metadata headers) {
        TriedReplicas tried = info.getCallOptions().getOption(TriedReplicas.KEY);
        if (tried != null) {
          tried.sentTo(node.endpoint().id());
        }
        CallTracer tracer = new CallTracer(node, unary);
        node.load().started(tracer.startedNanos);
        return tracer;
      }
    };
  }

  @Override
  public void inboundTrailers(Metadata trailers) {
    report = OrcaReports.fromTrailers(trailers);
  }

  /** A stream is as long as its caller wants it, so its length says nothing of the node. */
  @Override
  public void streamClosed(Status status) {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    long nowNanos = System.nanoTime();
    LoadReport last = report;
    Outcome outcome = unary ? Outcomes.of(status) : Outcome.IGNORED;
    node.load().completed(nowNanos, nowNanos - startedNanos, outcome, last);
    if (last != null) {
      node.reported(last);
    }
  }
}
