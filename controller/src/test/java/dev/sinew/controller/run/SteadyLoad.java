// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.run;

import dev.sinew.controller.load.CallRecorder;
import dev.sinew.controller.load.LoadGenerator;
import dev.sinew.controller.load.LoadShape;
import dev.sinew.grpc.SinewChannels;
import io.grpc.ManagedChannel;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Calls at a rate that tests may change, through a channel that finds the fleet by itself. */
final class SteadyLoad implements AutoCloseable {
  private static final double LONGEST = 3600;

  private final ManagedChannel channel;
  private final LoadGenerator generator;
  private final CallRecorder recorder = new CallRecorder(10, 0, LONGEST);
  private final Thread thread;
  private volatile double rate;

  /**
   * Begins.
   *
   * @param target where the service is found
   * @param rate calls per second
   * @param peak the highest rate that is going to be asked for
   */
  SteadyLoad(String target, double rate, double peak) {
    this.rate = rate;
    this.channel = SinewChannels.forTarget(target).build();
    this.generator = new LoadGenerator(
        channel,
        new Shape(peak),
        Duration.ofMillis(20),
        Duration.ofSeconds(5),
        new Random(1),
        recorder);
    this.thread = new Thread(this::run, "steady-load");
    thread.setDaemon(true);
    thread.start();
  }

  void rate(double callsPerSecond) {
    rate = callsPerSecond;
  }

  long answered() {
    return recorder.recent().ok();
  }

  long failed() {
    return recorder.recent().failed();
  }

  Map<String, Long> errors() {
    return recorder.errors();
  }

  /** Stops offering and waits for the calls under way. */
  void stop() throws InterruptedException {
    generator.stop();
    thread.join(10_000);
  }

  @Override
  public void close() {
    generator.stop();
    channel.shutdownNow();
  }

  private void run() {
    try {
      generator.run(System.nanoTime());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private final class Shape implements LoadShape {
    private final double peak;

    Shape(double peak) {
      this.peak = peak;
    }

    @Override
    public double seconds() {
      return LONGEST;
    }

    @Override
    public double rate(double atSeconds) {
      return rate;
    }

    @Override
    public double peak() {
      return peak;
    }

    @Override
    public List<Event> events() {
      return List.of();
    }
  }
}
