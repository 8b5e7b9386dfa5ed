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
import java.time.InstantSource;
import java.util.Objects;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The subscription to one replica's reports, renewed whenever it ends, and the latest report.
 *
 * <p>Confined to the source's one thread, except {@link #latest}. The next message is asked for a tenth
 * of an interval after the last one, so a replica that floods is slowed down by flow control instead of
 * being read.
 */
final class ReplicaStream {
  private static final Logger LOG = System.getLogger(ReplicaStream.class.getName());
  private static final Backoff BACKOFF =
      new Backoff(java.time.Duration.ofMillis(250), 2, java.time.Duration.ofSeconds(5));

  /** After so many intervals without a word the connection is taken for dead. */
  private static final int SILENT_INTERVALS = 10;

  private final Endpoint endpoint;
  private final Function<Endpoint, ManagedChannel> channels;
  private final java.time.Duration interval;
  private final InstantSource clock;
  private final ScheduledExecutorService thread;
  private final StreamCounts counts;
  private @Nullable ManagedChannel channel;
  private @Nullable Subscription subscription;
  private @Nullable Future<?> retry;
  private int failures;
  private boolean closed;
  private volatile @Nullable ReceivedReport latest;

  ReplicaStream(
      Endpoint endpoint,
      Function<Endpoint, ManagedChannel> channels,
      java.time.Duration interval,
      InstantSource clock,
      ScheduledExecutorService thread,
      StreamCounts counts) {
    this.endpoint = endpoint;
    this.channels = channels;
    this.interval = interval;
    this.clock = clock;
    this.thread = thread;
    this.counts = counts;
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

  void subscribe() {
    if (closed) {
      return;
    }
    try {
      ManagedChannel open = channel == null ? channels.apply(endpoint) : channel;
      channel = open;
      // The channel's own pause between attempts to connect grows to two minutes; ours is what
      // counts.
      open.resetConnectBackoff();
      Subscription begun = new Subscription(open.newCall(
          OpenRcaServiceGrpc.getStreamCoreMetricsMethod(),
          CallOptions.DEFAULT.withMaxInboundMessageSize(OrcaReports.LONGEST_REPORT_BYTES)));
      subscription = begun;
      begun.begin();
    } catch (RuntimeException e) {
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
    counts.reconnect();
    long nanos = BACKOFF.nanos(failures, ThreadLocalRandom.current());
    retry = thread.schedule(this::subscribe, nanos, TimeUnit.NANOSECONDS);
  }

  private final class Subscription extends ClientCall.Listener<OrcaLoadReport> {
    private final ClientCall<OrcaLoadReportRequest, OrcaLoadReport> call;
    private @Nullable Future<?> silence;
    private int received;

    Subscription(ClientCall<OrcaLoadReportRequest, OrcaLoadReport> call) {
      this.call = call;
    }

    void begin() {
      call.start(this, new Metadata());
      call.sendMessage(OrcaLoadReportRequest.newBuilder()
          .setReportInterval(
              Duration.newBuilder().setSeconds(interval.getSeconds()).setNanos(interval.getNano()))
          .build());
      call.halfClose();
      call.request(1);
      awaitReport();
    }

    @Override
    public void onMessage(OrcaLoadReport report) {
      thread.execute(() -> received(report));
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      thread.execute(() -> closed(status));
    }

    private void received(OrcaLoadReport orca) {
      if (closed) {
        return;
      }
      received++;
      counts.report();
      ReceivedReport report = ReceivedReport.of(orca, clock.instant());
      if (report.implausible()) {
        counts.rejected();
      }
      latest = report;
      awaitReport();
      Future<?> unused =
          thread.schedule(() -> call.request(1), interval.toNanos() / 10, TimeUnit.NANOSECONDS);
    }

    /** The connection may be dead without a sign: after a long silence a new one is made. */
    private void awaitReport() {
      if (silence != null) {
        silence.cancel(false);
      }
      silence = thread.schedule(
          this::giveUp, SILENT_INTERVALS * interval.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void giveUp() {
      if (channel != null) {
        channel.enterIdle();
      }
      call.cancel("no report for " + SILENT_INTERVALS + " intervals", null);
    }

    private void closed(Status status) {
      if (silence != null) {
        silence.cancel(false);
      }
      // One report comes at once from any server: only the second shows that the stream works.
      ended(status, received >= 2);
    }
  }
}
