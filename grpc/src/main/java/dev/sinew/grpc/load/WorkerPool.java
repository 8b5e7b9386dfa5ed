// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc.load;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A fixed number of threads that run the application's calls and count their busy time.
 *
 * <p>Its queue has no bound of its own: gRPC hands over at most one task at a time for each open stream, so
 * it is as long as the transport lets streams be open, and that is without a limit unless the server's
 * builder sets {@code maxConcurrentCallsPerConnection}.
 */
final class WorkerPool extends ThreadPoolExecutor {
  private final ServerLoad load;

  WorkerPool(int workers, ServerLoad load) {
    super(
        workers,
        workers,
        0,
        TimeUnit.SECONDS,
        new LinkedBlockingQueue<>(),
        LoadReporter.daemons("sinew-worker"),
        new DiscardPolicy());
    this.load = load;
  }

  @Override
  protected void beforeExecute(Thread thread, Runnable task) {
    load.workerBusy(System.nanoTime());
  }

  @Override
  protected void afterExecute(Runnable task, @Nullable Throwable thrown) {
    load.workerIdle(System.nanoTime());
  }
}
