// SPDX-License-Identifier: Apache-2.0
package dev.sinew.consul;

import dev.sinew.Expect;
import dev.sinew.consul.http.ConsulHttp;
import dev.sinew.consul.http.ConsulTarget;
import dev.sinew.consul.http.Trouble;
import dev.sinew.endpoint.Endpoint;
import dev.sinew.endpoint.EndpointSink;
import dev.sinew.endpoint.Health;
import dev.sinew.retry.Backoff;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * One endpoint kept alive in Consul by a thread of its own: register, beat, say critical, deregister.
 *
 * <p>It stays with one agent, since an agent owns what is registered through it. Only when that agent
 * has failed for as long as the TTL, so that the endpoint is critical there, it goes to the next.
 */
final class ConsulRegistration implements EndpointSink.Registration {
  private static final System.Logger LOG = System.getLogger(ConsulRegistration.class.getName());
  private static final byte[] NOTHING = {};
  private static final Duration LONGEST_CLOSE = Duration.ofSeconds(2);
  // When it is closed one request may be under way, and the two of the withdrawal follow.
  private static final Duration LONGEST_REQUEST = Duration.ofMillis(900);
  private static final Duration LONGEST_GOODBYE = Duration.ofMillis(300);
  private static final Duration LONGEST_WITHDRAWAL = Duration.ofMillis(700);
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
  private int agent;
  private long lastGoodNanos;
  private String trouble = "";

  ConsulRegistration(ConsulTarget target, ConsulHttp http, Endpoint endpoint, Duration ttl) {
    this.target = target;
    this.http = http;
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
      lastGoodNanos = System.nanoTime();
      do {
        step();
      } while (!pause());
      withdraw();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  // Critical first: that is the end of new calls even if the withdrawal gets lost.
  private void withdraw() throws InterruptedException {
    try {
      beat(Health.CRITICAL, "leaving", LONGEST_GOODBYE);
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, "consul service={0} state=goodbye-unheard", target);
    }
    try {
      require(http.put(
          agent(),
          "/v1/agent/service/deregister/" + ConsulHttp.encoded(endpoint.id()),
          NOTHING,
          LONGEST_WITHDRAWAL));
      LOG.log(System.Logger.Level.INFO, "consul service={0} id={1} state=withdrawn", target, id());
    } catch (IOException e) {
      // The TTL withdraws it.
      LOG.log(System.Logger.Level.INFO, "consul service={0} id={1} state=left", target, id());
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
      trouble = "";
      lastGoodNanos = System.nanoTime();
    } catch (IOException e) {
      failed(e instanceof RefusedException refused ? refused.why : Trouble.of(target, agent(), e));
    }
  }

  private void require(ConsulHttp.Answer answer) throws IOException {
    if (!answer.ok()) {
      throw new RefusedException(Trouble.of(target, agent(), answer));
    }
  }

  private URI agent() {
    return target.agents().get(agent);
  }

  private ConsulHttp.Answer register() throws IOException, InterruptedException {
    return http.put(
        agent(),
        "/v1/agent/service/register?replace-existing-checks=true",
        ConsulEntries.registration(target, endpoint, ttl, status(current())),
        LONGEST_REQUEST);
  }

  // A re-registered check keeps its old status in Consul, so a beat always follows.
  private ConsulHttp.Answer beat() throws IOException, InterruptedException {
    Health now = current();
    return beat(now, now.name(), LONGEST_REQUEST);
  }

  private ConsulHttp.Answer beat(Health now, String word, Duration longest)
      throws IOException, InterruptedException {
    return http.put(
        agent(),
        "/v1/agent/check/update/" + ConsulHttp.encoded(ConsulEntries.checkId(endpoint)),
        ConsulEntries.update(status(now), word),
        longest);
  }

  private synchronized Health current() {
    changed = false;
    return health;
  }

  // A query for passing instances leaves warning ones out, but these may be chosen.
  private static String status(Health health) {
    return health == Health.CRITICAL ? "critical" : "passing";
  }

  private void failed(String newTrouble) {
    if (!newTrouble.equals(trouble)) {
      LOG.log(
          System.Logger.Level.WARNING,
          "consul service={0} id={1} state=failing trouble=\"{2}\"",
          target,
          id(),
          newTrouble);
    }
    trouble = newTrouble;
    failures++;
    boolean expired = System.nanoTime() - lastGoodNanos > ttl.toNanos();
    if (target.agents().size() > 1 && (expired || !registered)) {
      agent = (agent + 1) % target.agents().size();
      registered = false;
      lastGoodNanos = System.nanoTime();
    }
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

  /** An answer that carries nothing out. */
  private static final class RefusedException extends IOException {
    private static final long serialVersionUID = 1;

    final String why;

    RefusedException(String why) {
      super(why);
      this.why = why;
    }
  }
}
