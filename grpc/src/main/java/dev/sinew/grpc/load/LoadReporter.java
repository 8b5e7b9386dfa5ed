// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc.load;

import dev.sinew.Expect;
import dev.sinew.grpc.observe.Observer;
import dev.sinew.grpc.observe.ServerObserver;
import dev.sinew.grpc.orca.OrcaReports;
import dev.sinew.load.LoadReport;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.grpc.ServerCall;
import io.grpc.ServerCallExecutorSupplier;
import io.grpc.ServerServiceDefinition;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Measures the load of one gRPC server and reports it, in each answer and out of band, by ORCA.
 *
 * <p>The report is made anew every 100 ms, so that a call only copies it. Control services (health,
 * reflection, load reports) are not counted and run on threads of their own: a server whose workers are
 * all taken still answers them at once.
 */
public final class LoadReporter implements AutoCloseable {
  private static final Logger LOG = System.getLogger(LoadReporter.class.getName());
  private static final long REFRESH_MILLIS = 100;
  private static final int CONTROL_THREADS = 2;

  private final ServerLoad load;
  private final ProcessMeter process = new ProcessMeter(Path.of("/"));
  private final OutOfBandReports outOfBand;
  private final ScheduledThreadPoolExecutor scheduler;
  private final ThreadPoolExecutor control;
  private final @Nullable WorkerPool workers;
  private volatile Encoded report = Encoded.of(LoadReport.UNKNOWN);
  private volatile boolean draining;
  private volatile @Nullable ServerObserver observer;
  private boolean failing;

  private LoadReporter(int workerThreads, Duration latencyObjective) {
    load = new ServerLoad(workerThreads, latencyObjective.toNanos(), System.nanoTime());
    scheduler = new ScheduledThreadPoolExecutor(1, daemons("sinew-reports"));
    scheduler.setRemoveOnCancelPolicy(true);
    control = new ThreadPoolExecutor(
        CONTROL_THREADS,
        CONTROL_THREADS,
        0,
        TimeUnit.SECONDS,
        new LinkedBlockingQueue<>(),
        daemons("sinew-control"),
        new ThreadPoolExecutor.DiscardPolicy());
    workers = workerThreads == 0 ? null : new WorkerPool(workerThreads, load);
    outOfBand = new OutOfBandReports(this::report, scheduler);
  }

  /**
   * Adds the measuring to a server that is about to be built; call it last.
   *
   * @param workerThreads 1 to 10000 threads run the application's calls, or 0: the builder's executor does
   * @param latencyObjective later answers count as over the objective; 1 ms to 1 h
   * @param executors chooses the executor of an application call when there are no worker threads; or null
   */
  public static LoadReporter install(
      ServerBuilder<?> builder,
      int workerThreads,
      Duration latencyObjective,
      @Nullable ServerCallExecutorSupplier executors) {
    Expect.that(
        workerThreads >= 0 && workerThreads <= 10_000, "workers", workerThreads, "1 to 10000");
    Expect.that(
        latencyObjective.toMillis() >= 1 && latencyObjective.compareTo(Duration.ofHours(1)) <= 0,
        "latencyObjective",
        latencyObjective,
        "1 ms to 1 h");
    LoadReporter reporter = new LoadReporter(workerThreads, latencyObjective);
    builder.addService(reporter.outOfBand);
    builder.addStreamTracerFactory(TrackedCall.factory(reporter.load, () -> reporter.observer));
    // The interceptor that is added last is the outermost: it sees how the call really ends.
    builder.intercept(new ReportInterceptor(() -> reporter.report.bytes));
    if (reporter.workers != null) {
      // The method is looked up on the transport's thread, before any queue; see the supplier.
      builder.directExecutor();
    }
    builder.callExecutor(new ServerCallExecutorSupplier() {
      @Override
      public <Q, R> @Nullable Executor getExecutor(ServerCall<Q, R> call, Metadata headers) {
        if (ControlServices.contains(call.getMethodDescriptor().getServiceName())) {
          return reporter.control;
        }
        if (reporter.workers != null) {
          return reporter.workers;
        }
        return executors == null ? null : executors.getExecutor(call, headers);
      }
    });
    return reporter;
  }

  /** Lets somebody hear of the calls of the server that was built with it. */
  public void observe(Observer told, Server server) {
    Set<String> methods = new TreeSet<>();
    for (ServerServiceDefinition service : server.getServices()) {
      if (!ControlServices.contains(service.getServiceDescriptor().getName())) {
        service.getServiceDescriptor().getMethods().stream()
            .map(MethodDescriptor::getFullMethodName)
            .forEach(methods::add);
      }
    }
    observer = told.server(methods, this::reportNow);
  }

  /** Begins to measure; until then all is unknown. */
  public void start() {
    refresh();
    Future<?> unused = scheduler.scheduleWithFixedDelay(
        this::refresh, REFRESH_MILLIS, REFRESH_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** The latest report, at most about 100 ms old. */
  public LoadReport report() {
    return report.report;
  }

  /** The latest report with the calls in flight at this moment. */
  private LoadReport reportNow() {
    LoadReport last = report();
    return new LoadReport(
        last.utilization(),
        last.cpu(),
        last.memory(),
        last.callsPerSecond(),
        last.errorsPerSecond(),
        inFlight(),
        last.queueNanos(),
        last.withinObjective(),
        last.overObjective(),
        draining);
  }

  /** Application calls that arrived and are not closed, at this moment. */
  public int inFlight() {
    return load.inFlight();
  }

  /** When the last application call arrived, as {@code System.nanoTime()}; or when all began. */
  public long lastArrivalNanos() {
    return load.lastArrivalNanos();
  }

  /** Says from now on that the server is leaving; subscribers hear of it at once. */
  public void drain() {
    draining = true;
    scheduler.execute(() -> {
      refresh();
      outOfBand.sendNow();
    });
  }

  /** Completes the out-of-band streams, which would otherwise keep their connections open. */
  public void endStreams() {
    outOfBand.end();
  }

  /** Stops the threads, the workers after what they have. */
  @Override
  public void close() {
    ServerObserver told = observer;
    if (told != null) {
      told.stopped();
    }
    outOfBand.end();
    scheduler.shutdownNow();
    control.shutdown();
    if (workers != null) {
      workers.shutdown();
    }
  }

  /** Daemon threads of a name, numbered. */
  static ThreadFactory daemons(String name) {
    AtomicInteger number = new AtomicInteger();
    return task -> {
      Thread thread = new Thread(task, name + "-" + number.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }

  /** A meter that fails makes the report unknown: neither does it stay as it was, nor does all end. */
  private synchronized void refresh() {
    try {
      long now = System.nanoTime();
      ProcessMeter.Usage usage = process.read(now);
      report = Encoded.of(load.report(usage.cpu(), usage.memory(), draining, now));
      failing = false;
    } catch (RuntimeException e) {
      report = Encoded.of(unknown(draining));
      if (!failing) {
        LOG.log(Level.WARNING, "event=load_unknown", e);
      }
      failing = true;
    }
  }

  private static LoadReport unknown(boolean draining) {
    double nan = Double.NaN;
    return new LoadReport(nan, nan, nan, nan, nan, -1, -1, -1, -1, draining);
  }

  /** A report and the trailer that carries it, which every call until the next one shares. */
  @SuppressWarnings("ArrayRecordComponent")
  private record Encoded(LoadReport report, byte[] bytes) {
    static Encoded of(LoadReport report) {
      return new Encoded(report, OrcaReports.toOrca(report).toByteArray());
    }
  }
}
