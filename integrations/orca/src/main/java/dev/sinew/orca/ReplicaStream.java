// SPDX-License-Identifier: Apache-2.0
package dev.sinew.orca;

import com.google.protobuf.Duration;
import dev.sinew.endpoint.Endpoint;
import dev.sinew.grpc.orca.OpenRcaServiceGrpc;
import dev.sinew.grpc.orca.OrcaLoadReport;
import dev.sinew.grpc.orca.OrcaLoadReportRequest;
import dev.sinew.grpc.orca.OrcaReports;
import dev.sinew.retry.Backoff;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Objects;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The subscription to one replica's reports, renewed whenever it ends, and the latest report.
 *
 * <p>Confined to the source's one thread, except that a report is read and kept by the transport's thread
 * on which it arrives: its age is then true however much the source's thread has to do, and thousands of
 * replicas need no thread more. The next message is asked for at once, so that none waits and grows old
 * unseen; but of a replica that sends more than ten in an interval no more are read until the next, and
 * flow control slows it down.
 */
final class ReplicaStream {
  private static final Logger LOG = System.getLogger(ReplicaStream.class.getName());
  private static final Backoff BACKOFF =
      new Backoff(java.time.Duration.ofMillis(250), 2, java.time.Duration.ofSeconds(5));

  /** After so many intervals without a word the connection is taken for dead. */
  private static final int SILENT_INTERVALS = 10;

  /** A machine too busy to connect in time would for ever begin anew if it never got longer. */
  private static final int MOST_PATIENCE = 6;

  /** An honest replica sends one; after a pause of the network a few come together. */
  private static final int MOST_IN_INTERVAL = 10;

  private final Endpoint endpoint;
  private final StreamContext context;
  private @Nullable ManagedChannel channel;
  private @Nullable Subscription subscription;
  private @Nullable Future<?> retry;
  private int failures;
  private volatile boolean closed;
  private volatile @Nullable ReceivedReport latest;

  ReplicaStream(Endpoint endpoint, StreamContext context) {
    this.endpoint = endpoint;
    this.context = context;
  }

  /** The latest report of any age. Any thread. */
  @Nullable ReceivedReport latest() {
    return latest;
  }

  /** Whether an endpoint is this replica in this life: a new start or address is another one. */
  boolean serves(Endpoint other) {
    return endpoint.host().equals(other.host())
        && endpoint.port() == other.port()
        && Objects.equals(endpoint.startedAt(), other.startedAt());
  }

  /** Subscribes when it is its turn. */
  void begin() {
    context.beginnings().add(this::subscribe);
  }

  private void subscribe(Runnable settled) {
    if (closed) {
      settled.run();
      return;
    }
    try {
      ManagedChannel open = channel == null ? context.channels().apply(endpoint) : channel;
      channel = open;
      // The channel's own pause between attempts to connect grows to two minutes; ours is what
      // counts.
      open.resetConnectBackoff();
      CallOptions options = CallOptions.DEFAULT
          .withExecutor(Runnable::run)
          .withMaxInboundMessageSize(OrcaReports.LONGEST_REPORT_BYTES);
      Subscription begun = new Subscription(
          open.newCall(OpenRcaServiceGrpc.getStreamCoreMetricsMethod(), options), settled);
      subscription = begun;
      begun.begin();
    } catch (RuntimeException e) {
      settled.run();
      ended(Status.fromThrowable(e), false);
    }
  }

  void close() {
    closed = true;
    if (retry != null) {
      retry.cancel(false);
    }
    if (subscription != null) {
      subscription.call.cancel("the replica is not watched any more", null);
    }
    if (channel != null) {
      channel.shutdownNow();
    }
  }

  /**
   * How long a silence is borne.
   *
   * @param failures subscriptions in a row that ended without having worked
   * @param heard whether this one has brought a report
   */
  static long patienceNanos(java.time.Duration interval, int failures, boolean heard) {
    long nanos = SILENT_INTERVALS * interval.toNanos();
    return heard ? nanos : nanos * Math.min(1 + failures, MOST_PATIENCE);
  }

  private void ended(Status status, boolean worked) {
    subscription = null;
    if (closed) {
      return;
    }
    failures = worked ? 1 : failures + 1;
    if (failures == 1) {
      LOG.log(
          Level.DEBUG, "orca stream ended replica={0} status={1}", endpoint.id(), status.getCode());
    }
    context.counts().reconnect();
    long nanos = BACKOFF.nanos(failures, ThreadLocalRandom.current());
    retry = context.thread().schedule(this::begin, nanos, TimeUnit.NANOSECONDS);
  }

  private final class Subscription extends ClientCall.Listener<OrcaLoadReport> {
    private final ClientCall<OrcaLoadReportRequest, OrcaLoadReport> call;
    private final Runnable settled;
    private final java.time.Duration interval = context.interval();
    private @Nullable Future<?> silence;
    private volatile long heardNanos = System.nanoTime();
    private volatile int received;
    private long windowNanos = System.nanoTime();
    private int inWindow;

    Subscription(ClientCall<OrcaLoadReportRequest, OrcaLoadReport> call, Runnable settled) {
      this.call = call;
      this.settled = settled;
    }

    void begin() {
      call.start(this, new Metadata());
      call.sendMessage(OrcaLoadReportRequest.newBuilder()
          .setReportInterval(
              Duration.newBuilder().setSeconds(interval.getSeconds()).setNanos(interval.getNano()))
          .build());
      call.halfClose();
      call.request(1);
      awaitReport(patienceNanos(interval, failures, false));
    }

    @Override
    @SuppressWarnings("NonAtomicVolatileUpdate") // gRPC calls a listener from one thread at a time.
    public void onMessage(OrcaLoadReport orca) {
      if (closed) {
        return;
      }
      heardNanos = System.nanoTime();
      if (received++ == 0) {
        context.thread().execute(settled);
      }
      context.counts().report();
      ReceivedReport report = ReceivedReport.of(orca, context.clock().instant());
      if (report.implausible()) {
        context.counts().rejected();
      }
      latest = report;
      askForMore();
    }

    private void askForMore() {
      long nanos = interval.toNanos();
      long sinceWindow = heardNanos - windowNanos;
      if (sinceWindow >= nanos) {
        windowNanos = heardNanos;
        inWindow = 0;
        sinceWindow = 0;
      }
      if (++inWindow < MOST_IN_INTERVAL) {
        call.request(1);
      } else {
        Future<?> unused = context
            .thread()
            .schedule(() -> call.request(1), nanos - sinceWindow, TimeUnit.NANOSECONDS);
      }
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      context.thread().execute(() -> closed(status));
    }

    /**
     * The connection may be dead without a sign: after a long silence a new one is made. It is looked for
     * when it would be over at the earliest, not timed anew at each report.
     */
    private void awaitReport(long nanos) {
      silence = context.thread().schedule(this::heard, nanos, TimeUnit.NANOSECONDS);
    }

    private void heard() {
      long patience = patienceNanos(interval, failures, received > 0);
      long left = patience - (System.nanoTime() - heardNanos);
      if (left > 0) {
        awaitReport(left);
        return;
      }
      if (channel != null) {
        channel.enterIdle();
      }
      call.cancel("no report for too long", null);
    }

    private void closed(Status status) {
      settled.run();
      if (silence != null) {
        silence.cancel(false);
      }
      // One report comes at once from any server: only the second shows that the stream works.
      ended(status, received >= 2);
    }
  }
}
