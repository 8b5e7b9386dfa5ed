// SPDX-License-Identifier: Apache-2.0
package dev.sinew.consul;

import dev.sinew.Expect;
import dev.sinew.endpoint.Endpoint;
import dev.sinew.endpoint.EndpointSink;
import dev.sinew.endpoint.Health;
import dev.sinew.retry.Backoff;
import java.io.IOException;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/** One endpoint kept alive in Consul by a thread of its own: register, beat, deregister. */
final class ConsulRegistration implements EndpointSink.Registration {
  private static final System.Logger LOG = System.getLogger(ConsulRegistration.class.getName());
  private static final byte[] NOTHING = {};
  private static final Duration LONGEST_CLOSE = Duration.ofSeconds(2);
  // When it is closed one request may be under way, and the withdrawal follows.
  private static final Duration LONGEST_REQUEST = Duration.ofMillis(900);
  private static final Backoff BACKOFF =
      new Backoff(Duration.ofMillis(250), 2, Duration.ofSeconds(2));

  private final ConsulTarget target;
  private final ConsulHttp http;
  private final Endpoint endpoint;
  private final Duration ttl;
  private final Thread thread;
  private final RandomGenerator random = new SplittableRandom();
  private Health health = Health.PASSING; // guarded by this
  private boolean changed; // guarded by this
  private boolean ending; // guarded by this
  private boolean registered;
  private int failures;

  ConsulRegistration(ConsulTarget target, Endpoint endpoint, Duration ttl) {
    this.target = target;
    this.http = new ConsulHttp(target);
    this.endpoint = endpoint;
    this.ttl = ttl;
    this.thread = new Thread(this::run, "sinew-consul-sink-" + target.service());
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  @Override
  public synchronized void health(Health newHealth) {
    changed |= health != newHealth;
    health = newHealth;
    notifyAll();
  }

  @Override
  public void close() {
    end();
    Threads.join(thread, LONGEST_CLOSE);
  }

  /** Begins to withdraw without waiting. */
  synchronized void end() {
    ending = true;
    notifyAll();
  }

  private synchronized boolean ending() {
    return ending;
  }

  boolean ended() {
    return !thread.isAlive();
  }

  private void run() {
    try {
      do {
        step();
      } while (!pause());
      http.put(
          "/v1/agent/service/deregister/" + ConsulHttp.encoded(endpoint.id()),
          NOTHING,
          LONGEST_REQUEST);
      LOG.log(System.Logger.Level.INFO, "consul service={0} id={1} state=withdrawn", target, id());
    } catch (IOException e) {
      // The TTL withdraws it.
      LOG.log(System.Logger.Level.INFO, "consul service={0} id={1} state=left", target, id());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Registers if the registry may not know the endpoint, and says how it is; at the end, begins no
   * further request.
   */
  private void step() throws InterruptedException {
    try {
      if (!registered) {
        require(register());
        registered = true;
      }
      if (ending()) {
        return;
      }
      ConsulHttp.Answer answer = beat();
      if (answer.unknown()) {
        if (ending()) {
          return;
        }
        require(register());
        if (ending()) {
          return;
        }
        answer = beat();
      }
      require(answer);
      if (failures > 0) {
        LOG.log(
            System.Logger.Level.INFO, "consul service={0} id={1} state=recovered", target, id());
      }
      failures = 0;
    } catch (IOException e) {
      failed(e);
    }
  }

  private static void require(ConsulHttp.Answer answer) throws IOException {
    if (!answer.ok()) {
      throw new IOException("status=" + answer.status());
    }
  }

  private ConsulHttp.Answer register() throws IOException, InterruptedException {
    return http.put(
        "/v1/agent/service/register?replace-existing-checks=true",
        ConsulEntries.registration(target.service(), endpoint, ttl, status(current())),
        LONGEST_REQUEST);
  }

  // A re-registered check keeps its old status in Consul, so a beat always follows.
  private ConsulHttp.Answer beat() throws IOException, InterruptedException {
    Health now = current();
    return http.put(
        "/v1/agent/check/update/" + ConsulHttp.encoded(ConsulEntries.checkId(endpoint)),
        ConsulEntries.update(status(now), now.name()),
        LONGEST_REQUEST);
  }

  private synchronized Health current() {
    changed = false;
    return health;
  }

  // A query for passing instances leaves warning ones out, but these may be chosen.
  private static String status(Health health) {
    return health == Health.CRITICAL ? "critical" : "passing";
  }

  private void failed(IOException e) {
    if (failures == 0) {
      String reason = Expect.printable(String.valueOf(e.getMessage()));
      LOG.log(
          System.Logger.Level.WARNING,
          "consul service={0} id={1} state=failing error=\"{2}\"",
          target,
          id(),
          reason);
    }
    failures++;
  }

  /** Waits for the next step, a change of health or the end; true at the end. */
  private synchronized boolean pause() throws InterruptedException {
    long beatNanos = ttl.toNanos() / 3;
    // A little early, so that replicas started together do not beat together.
    long waitNanos = failures == 0
        ? beatNanos - random.nextLong(beatNanos / 8)
        : Math.max(TimeUnit.MILLISECONDS.toNanos(50), BACKOFF.nanos(failures, random));
    long untilNanos = System.nanoTime() + waitNanos;
    while (!ending && !(changed && failures == 0)) {
      long leftNanos = untilNanos - System.nanoTime();
      if (leftNanos <= 0) {
        return false;
      }
      TimeUnit.NANOSECONDS.timedWait(this, leftNanos);
    }
    return ending;
  }

  private String id() {
    return Expect.printable(endpoint.id());
  }
}
