// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc.load;

import dev.sinew.load.LoadReport;

/**
 * The account of a server's application calls, from which its {@link LoadReport} follows.
 *
 * <p>A call arrives, starts (its handler got a thread), is answered, and is closed; one whose caller gave
 * up may be closed without having started. Thread-safe; each step holds the one lock for a few additions.
 */
final class ServerLoad {
  private final int workers;
  private final long objectiveNanos;
  private final CallWindow window;
  private int inFlight;
  private int waiting;
  private long progressNanos;
  private long lastArrivalNanos;
  private long withinObjective;
  private long overObjective;

  /**
   * An account that begins now.
   *
   * @param workers threads that run the calls, or 0 when their number is not ours to know
   */
  ServerLoad(int workers, long objectiveNanos, long nowNanos) {
    this.workers = workers;
    this.objectiveNanos = objectiveNanos;
    this.window = new CallWindow(nowNanos);
    this.lastArrivalNanos = nowNanos;
  }

  synchronized void arrived(long nowNanos) {
    window.arrived(nowNanos);
    inFlight++;
    if (waiting++ == 0) {
      progressNanos = nowNanos;
    }
    lastArrivalNanos = nowNanos;
  }

  synchronized void started(long waitedNanos, long nowNanos) {
    window.started(waitedNanos, nowNanos);
    waiting--;
    progressNanos = nowNanos;
  }

  /** A call was answered, or given up after so long; not called for what says nothing of the server. */
  synchronized void judged(long latencyNanos) {
    if (latencyNanos <= objectiveNanos) {
      withinObjective++;
    } else {
      overObjective++;
    }
  }

  synchronized void closed(boolean started, boolean failed, long nowNanos) {
    inFlight--;
    if (!started) {
      waiting--;
    }
    if (failed) {
      window.failed(nowNanos);
    }
  }

  synchronized void workerBusy(long nowNanos) {
    window.busy(nowNanos);
  }

  synchronized void workerIdle(long nowNanos) {
    window.idle(nowNanos);
  }

  long objectiveNanos() {
    return objectiveNanos;
  }

  synchronized int inFlight() {
    return inFlight;
  }

  /** When the last application call arrived; before the first one, when the account began. */
  synchronized long lastArrivalNanos() {
    return lastArrivalNanos;
  }

  /**
   * The report of this moment.
   *
   * <p>Utilization is the share of the workers' time that calls took; a server that does not know its
   * workers reports its processor share instead.
   */
  synchronized LoadReport report(double cpu, double memory, boolean draining, long nowNanos) {
    CallWindow.Rates rates = window.rates(nowNanos);
    return new LoadReport(
        workers > 0 ? rates.meanBusy() / workers : cpu,
        cpu,
        memory,
        rates.arrivedPerSecond(),
        rates.failedPerSecond(),
        inFlight,
        Math.max(rates.waitedNanos(), stalledNanos(nowNanos)),
        withinObjective,
        overObjective,
        draining);
  }

  /** For how long calls have waited and none started: what the mean of the started ones cannot show. */
  private long stalledNanos(long nowNanos) {
    return waiting == 0 ? -1 : Math.max(0, nowNanos - progressNanos);
  }
}
