// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc.load;

import dev.sinew.grpc.orca.OrcaReports;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.function.Supplier;

/** Puts the load report into the trailers of every application call, however it ends. */
final class ReportInterceptor implements ServerInterceptor {
  private final Supplier<byte[]> report;

  /** Sends the encoded report of the moment. */
  ReportInterceptor(Supplier<byte[]> report) {
    this.report = report;
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    TrackedCall tracked = TrackedCall.KEY.get();
    if (tracked == null) {
      return next.startCall(call, headers);
    }
    // The handler of a single request runs when the request is whole; until then the call waits.
    if (!call.getMethodDescriptor().getType().clientSendsOneMessage()) {
      tracked.started(System.nanoTime());
    }
    ReportingCall<Q, R> reporting = new ReportingCall<>(call, tracked);
    try {
      return new ReportingListener<>(next.startCall(reporting, headers), reporting);
    } catch (RuntimeException | Error e) {
      reporting.failed(e);
      throw e;
    }
  }

  private final class ReportingCall<Q, R> extends SimpleForwardingServerCall<Q, R> {
    private final TrackedCall tracked;
    private volatile boolean closed;

    ReportingCall(ServerCall<Q, R> call, TrackedCall tracked) {
      super(call);
      this.tracked = tracked;
    }

    @Override
    public void close(Status status, Metadata trailers) {
      closed = true;
      tracked.answered(status, System.nanoTime());
      trailers.discardAll(OrcaReports.TRAILER);
      trailers.put(OrcaReports.TRAILER, report.get());
      super.close(status, trailers);
    }

    /** Ends the call as gRPC would for a handler that throws, which would send no trailers of ours. */
    void failed(Throwable thrown) {
      if (!closed) {
        close(
            Status.UNKNOWN.withDescription("Application error processing RPC").withCause(thrown),
            new Metadata());
      }
    }
  }

  private static final class ReportingListener<Q> extends SimpleForwardingServerCallListener<Q> {
    private final ReportInterceptor.ReportingCall<Q, ?> call;

    ReportingListener(ServerCall.Listener<Q> listener, ReportInterceptor.ReportingCall<Q, ?> call) {
      super(listener);
      this.call = call;
    }

    @Override
    public void onMessage(Q message) {
      run(() -> super.onMessage(message));
    }

    @Override
    public void onHalfClose() {
      call.tracked.started(System.nanoTime());
      run(super::onHalfClose);
    }

    @Override
    public void onReady() {
      run(super::onReady);
    }

    private void run(Runnable step) {
      try {
        step.run();
      } catch (RuntimeException | Error e) {
        call.failed(e);
        throw e;
      }
    }
  }
}
