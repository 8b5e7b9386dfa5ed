// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc.load;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import dev.sinew.grpc.orca.OrcaLoadReport;
import dev.sinew.grpc.orca.OrcaLoadReportRequest;
import dev.sinew.load.LoadReport;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class OutOfBandReportsTest {
  private static final OrcaLoadReportRequest HOURLY = OrcaLoadReportRequest.newBuilder()
      .setReportInterval(Duration.newBuilder().setSeconds(3600))
      .build();

  private final ScheduledThreadPoolExecutor scheduler = new ScheduledThreadPoolExecutor(1);
  private final OutOfBandReports reports =
      new OutOfBandReports(() -> LoadReport.UNKNOWN, scheduler);

  OutOfBandReportsTest() {
    scheduler.setRemoveOnCancelPolicy(true);
  }

  @AfterEach
  void stop() {
    scheduler.shutdownNow();
  }

  @Test
  void an_interval_is_a_second_at_least_and_an_hour_at_most() {
    assertThat(interval(0, 0)).isEqualTo(1_000_000_000L);
    assertThat(interval(0, 100_000_000)).isEqualTo(1_000_000_000L);
    assertThat(interval(-5, 0)).isEqualTo(1_000_000_000L);
    assertThat(interval(2, 500_000_000)).isEqualTo(2_500_000_000L);
    assertThat(interval(Long.MAX_VALUE, Integer.MAX_VALUE)).isEqualTo(3_600_000_000_000L);
    assertThat(interval(1, Integer.MIN_VALUE)).isEqualTo(1_000_000_000L);
  }

  @Test
  void the_first_report_goes_out_at_once() {
    Reader reader = subscribe();
    assertThat(reader.received).hasSize(1);
    assertThat(reports.streams()).isEqualTo(1);
    assertThat(scheduler.getQueue()).hasSize(1);
  }

  @Test
  void a_slow_reader_misses_reports_and_gets_later_ones() {
    Reader slow = subscribe();
    Reader quick = subscribe();
    slow.ready = false;
    reports.sendNow();
    assertThat(slow.received).hasSize(1);
    assertThat(quick.received).hasSize(2);
    slow.ready = true;
    reports.sendNow();
    assertThat(slow.received).hasSize(2);
  }

  @Test
  void a_reader_that_cancels_is_forgotten() {
    Reader reader = subscribe();
    reader.cancel();
    reports.sendNow();
    assertThat(reader.received).hasSize(1);
    assertThat(reports.streams()).isZero();
    assertThat(scheduler.getQueue()).isEmpty();
  }

  @Test
  void streams_beyond_the_bound_are_refused_until_one_leaves() {
    List<Reader> readers = new ArrayList<>();
    for (int i = 0; i < OutOfBandReports.MOST_STREAMS; i++) {
      readers.add(subscribe());
    }
    Reader refused = subscribe();
    assertThat(refused.received).isEmpty();
    assertThat(Status.fromThrowable(refused.error()).getCode())
        .isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    readers.get(7).cancel();
    assertThat(subscribe().received).hasSize(1);
  }

  @Test
  void the_end_completes_all_streams_and_later_ones() {
    Reader early = subscribe();
    reports.end();
    Reader late = subscribe();
    assertThat(early.completed).isTrue();
    assertThat(late.completed).isTrue();
    assertThat(reports.streams()).isZero();
    assertThat(scheduler.getQueue()).isEmpty();
  }

  private Reader subscribe() {
    Reader reader = new Reader();
    reports.streamCoreMetrics(HOURLY, reader);
    return reader;
  }

  private static long interval(long seconds, int nanos) {
    return OutOfBandReports.intervalNanos(
        Duration.newBuilder().setSeconds(seconds).setNanos(nanos).build());
  }

  private static final class Reader extends ServerCallStreamObserver<OrcaLoadReport> {
    private final List<OrcaLoadReport> received = new ArrayList<>();
    private boolean ready = true;
    private boolean completed;
    private @Nullable Throwable error;
    private Runnable onCancel = () -> {};

    void cancel() {
      onCancel.run();
    }

    Throwable error() {
      return error == null ? new AssertionError("no error") : error;
    }

    @Override
    public boolean isCancelled() {
      return false;
    }

    @Override
    public void setOnCancelHandler(Runnable handler) {
      onCancel = handler;
    }

    @Override
    public void setCompression(String compression) {}

    @Override
    public void disableAutoRequest() {}

    @Override
    public boolean isReady() {
      return ready;
    }

    @Override
    public void setOnReadyHandler(Runnable handler) {}

    @Override
    public void request(int count) {}

    @Override
    public void setMessageCompression(boolean enable) {}

    @Override
    public void disableAutoInboundFlowControl() {}

    @Override
    public void onNext(OrcaLoadReport report) {
      received.add(report);
    }

    @Override
    public void onError(Throwable thrown) {
      error = thrown;
    }

    @Override
    public void onCompleted() {
      completed = true;
    }
  }
}
