// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc.load;

import com.google.protobuf.Duration;
import dev.sinew.grpc.orca.OpenRcaServiceGrpc.OpenRcaServiceImplBase;
import dev.sinew.grpc.orca.OrcaLoadReport;
import dev.sinew.grpc.orca.OrcaLoadReportRequest;
import dev.sinew.grpc.orca.OrcaReports;
import dev.sinew.load.LoadReport;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * ORCA's out-of-band service: streams the load report to whoever subscribes (gRFC A51).
 *
 * <p>The first report goes out at once, then one in each interval that the subscriber asked for, 1 s at
 * least. One that reads too slowly misses reports; none is kept for it.
 */
final class OutOfBandReports extends OpenRcaServiceImplBase {
  /** More streams than this are refused. */
  static final int MOST_STREAMS = 1024;

  private static final long SHORTEST_SECONDS = 1;
  private static final long LONGEST_SECONDS = 3600;

  private final Supplier<LoadReport> report;
  private final ScheduledExecutorService scheduler;
  private final Set<Subscription> subscriptions = new HashSet<>();
  private boolean ended;

  OutOfBandReports(Supplier<LoadReport> report, ScheduledExecutorService scheduler) {
    this.report = report;
    this.scheduler = scheduler;
  }

  @Override
  public void streamCoreMetrics(
      OrcaLoadReportRequest request, StreamObserver<OrcaLoadReport> observer) {
    Subscription subscription =
        new Subscription((ServerCallStreamObserver<OrcaLoadReport>) observer);
    if (!add(subscription)) {
      observer.onError(Status.RESOURCE_EXHAUSTED
          .withDescription("load report streams: at most " + MOST_STREAMS)
          .asRuntimeException());
      return;
    }
    subscription.begin(intervalNanos(request.getReportInterval()));
  }

  /** Sends the present report to everyone who can read it, besides the ones that are due. */
  void sendNow() {
    open().forEach(Subscription::send);
  }

  /** Completes all streams, and any that is opened later. */
  void end() {
    synchronized (this) {
      ended = true;
    }
    open().forEach(Subscription::complete);
  }

  synchronized int streams() {
    return subscriptions.size();
  }

  /** The interval asked for, at least 1 s and at most an hour. */
  static long intervalNanos(Duration asked) {
    long seconds = asked.getSeconds();
    if (seconds < SHORTEST_SECONDS) {
      return TimeUnit.SECONDS.toNanos(SHORTEST_SECONDS);
    }
    if (seconds >= LONGEST_SECONDS) {
      return TimeUnit.SECONDS.toNanos(LONGEST_SECONDS);
    }
    return TimeUnit.SECONDS.toNanos(seconds) + Math.min(Math.max(0, asked.getNanos()), 999_999_999);
  }

  private synchronized boolean add(Subscription subscription) {
    return subscriptions.size() < MOST_STREAMS && subscriptions.add(subscription);
  }

  private synchronized void remove(Subscription subscription) {
    subscriptions.remove(subscription);
  }

  private synchronized boolean ended() {
    return ended;
  }

  private synchronized List<Subscription> open() {
    return List.copyOf(subscriptions);
  }

  private final class Subscription {
    private final ServerCallStreamObserver<OrcaLoadReport> observer;
    private @Nullable Future<?> timer;
    private boolean over;

    Subscription(ServerCallStreamObserver<OrcaLoadReport> observer) {
      this.observer = observer;
    }

    synchronized void begin(long intervalNanos) {
      observer.setOnCancelHandler(this::stop);
      observer.onNext(OrcaReports.toOrca(report.get()));
      if (ended()) {
        complete();
        return;
      }
      timer = scheduler.scheduleWithFixedDelay(
          this::send, intervalNanos, intervalNanos, TimeUnit.NANOSECONDS);
    }

    synchronized void send() {
      if (!over && observer.isReady()) {
        observer.onNext(OrcaReports.toOrca(report.get()));
      }
    }

    synchronized void complete() {
      if (!over) {
        observer.onCompleted();
        stop();
      }
    }

    private synchronized void stop() {
      over = true;
      remove(this);
      if (timer != null) {
        timer.cancel(false);
      }
    }
  }
}
