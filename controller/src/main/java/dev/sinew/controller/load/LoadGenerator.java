// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.load;

import dev.sinew.controller.sample.OrdersGrpc;
import dev.sinew.controller.sample.PlaceReply;
import dev.sinew.controller.sample.PlaceRequest;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;

/**
 * Calls the sample service at the times of a Poisson process, whether or not earlier calls were answered.
 *
 * <p>An open loop: a slow service gets no fewer calls. Latency counts from the time when a call was due,
 * so a late generator cannot hide a wait (no coordinated omission).
 */
public final class LoadGenerator {
  /** Beyond this many unanswered calls the run says nothing more about the service. */
  private static final int MOST_PENDING = 50_000;

  /** Lognormal with a coefficient of variation of 0.5: sigma squared is ln(1 + 0.5 squared). */
  private static final double SIGMA = Math.sqrt(Math.log(1.25));

  private final OrdersGrpc.OrdersStub stub;
  private final LoadShape shape;
  private final Duration meanWork;
  private final Duration deadline;
  private final RandomGenerator random;
  private final CallRecorder recorder;
  private final AtomicInteger pending = new AtomicInteger();
  private volatile boolean stopped;

  /**
   * Prepares a run.
   *
   * @param meanWork mean of the lognormal work time that each call asks for
   * @param deadline of each call
   */
  public LoadGenerator(
      Channel channel,
      LoadShape shape,
      Duration meanWork,
      Duration deadline,
      RandomGenerator random,
      CallRecorder recorder) {
    this.stub = OrdersGrpc.newStub(channel);
    this.shape = shape;
    this.meanWork = meanWork;
    this.deadline = deadline;
    this.random = random;
    this.recorder = recorder;
  }

  /**
   * Runs the whole shape on the caller's thread, then waits until every call has ended.
   *
   * @param originNanos second 0 of the recorder, as {@code System.nanoTime()}
   */
  public void run(long originNanos) throws InterruptedException {
    double offset = (System.nanoTime() - originNanos) / 1e9;
    PoissonArrivals arrivals = new PoissonArrivals(shape, random);
    for (double at = arrivals.next();
        at < Double.POSITIVE_INFINITY && !stopped;
        at = arrivals.next()) {
      double due = offset + at;
      awaitNanos(originNanos + (long) (due * 1e9));
      recorder.offered(due);
      if (pending.get() >= MOST_PENDING) {
        recorder.failed(due, due, "client: " + MOST_PENDING + " calls are unanswered");
      } else {
        call(due, originNanos);
      }
    }
    long end = System.nanoTime() + deadline.toNanos() + TimeUnit.SECONDS.toNanos(2);
    while (pending.get() > 0 && System.nanoTime() < end) {
      Thread.sleep(5);
    }
  }

  /** Ends the run early; may be called from any thread. */
  public void stop() {
    stopped = true;
  }

  private void call(double due, long originNanos) {
    pending.incrementAndGet();
    PlaceRequest request = PlaceRequest.newBuilder().setWorkMicros(workMicros()).build();
    stub.withDeadlineAfter(deadline.toNanos(), TimeUnit.NANOSECONDS)
        .place(request, new Answer(due, originNanos));
  }

  private int workMicros() {
    double mean = meanWork.toNanos() / 1e3;
    double micros = mean * Math.exp(SIGMA * random.nextGaussian() - SIGMA * SIGMA / 2);
    return (int) Math.min(10 * mean, micros);
  }

  private static void awaitNanos(long nanos) throws InterruptedException {
    for (long left = nanos - System.nanoTime(); left > 0; left = nanos - System.nanoTime()) {
      LockSupport.parkNanos(left);
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
    }
  }

  private final class Answer implements StreamObserver<PlaceReply> {
    private final double due;
    private final long originNanos;
    private String replica = "";

    Answer(double due, long originNanos) {
      this.due = due;
      this.originNanos = originNanos;
    }

    @Override
    public void onNext(PlaceReply reply) {
      replica = reply.getReplica();
    }

    @Override
    public void onCompleted() {
      recorder.ok(due, now(), replica);
      pending.decrementAndGet();
    }

    @Override
    public void onError(Throwable error) {
      Status status = Status.fromThrowable(error);
      recorder.failed(due, now(), kind(status));
      pending.decrementAndGet();
    }

    /** Errors that differ in their figures only are of one kind. */
    private static String kind(Status status) {
      String text = String.valueOf(status.getDescription()).replaceAll("[0-9][0-9.:]*", "#");
      return status.getCode() + ": " + text.substring(0, Math.min(80, text.length()));
    }

    private double now() {
      return (System.nanoTime() - originNanos) / 1e9;
    }
  }
}
