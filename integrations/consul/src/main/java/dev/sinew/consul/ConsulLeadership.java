// SPDX-License-Identifier: Apache-2.0
package dev.sinew.consul;

import dev.sinew.Expect;
import dev.sinew.consul.http.ConsulHttp;
import dev.sinew.consul.http.ConsulHttp.Answer;
import dev.sinew.consul.http.ConsulTarget;
import dev.sinew.consul.http.MalformedAnswerException;
import dev.sinew.consul.http.Trouble;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * Whether this process is the one of several that may act, by a session lock in Consul.
 *
 * <p>Each candidate is registered as an instance of the target's service with a TTL check of 4 s, has a
 * session tied to that check, and asks for the lock {@code sinew/leader/SERVICE}. A leader that dies or
 * stands still loses it within 4 s, and another has it about a second later; a leader that is closed
 * hands it over at once.
 *
 * <p>{@link #epoch} is the fencing token (M. Kleppmann, "How to do distributed locking", 2016): a number
 * that is greater in every later term. A Consul that has lost its memory counts from the start, so the
 * holder's claim adds the greatest epoch that it knows: each candidate knows those of its lifetime, and
 * one that starts is told by whoever remembers. Ask for it before each
 * action and send it along, so that whoever acts upon it can refuse a smaller one than it has seen: a
 * process may stand still between asking and acting. It is 0 unless the servers' leader confirmed the
 * lock within the last 0.9 s, which is less than the time that Consul keeps a lost lock from others
 * (1 s). So two candidates never have an epoch at the same moment, and there may be moments without any.
 *
 * <p>A token needs {@code key:write} and {@code session:write} besides {@code service:write}.
 */
public final class ConsulLeadership implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(ConsulLeadership.class.getName());
  static final Duration TTL = Duration.ofSeconds(4);

  private static final Pattern HOLDER = Pattern.compile("[a-zA-Z0-9_.-]{1,100}");
  private static final byte[] NOTHING = {};
  private static final long STEP_MILLIS = 250;
  // A request that takes longer proves nothing, since the lease has nearly ended.
  private static final Duration LONGEST_REQUEST = Duration.ofMillis(500);
  private static final Duration LONGEST_GOODBYE = Duration.ofMillis(300);
  private static final Duration LONGEST_CLOSE = Duration.ofSeconds(2);

  private final ConsulTarget target;
  private final String holder;
  private final ConsulHttp http;
  private final Thread thread;
  private volatile Lease lease = Lease.NONE;
  private volatile boolean closed;
  private LeaderMessages messages;
  private String session = "";
  private String trouble = "";
  private long greatest;
  private long epoch;
  private long beatNanos;
  private long lastGoodNanos;
  private int agent;

  ConsulLeadership(ConsulTarget target, String holder, long greatest) {
    Expect.that(
        HOLDER.matcher(holder).matches(), "holder", holder, "1 to 100 of a-z A-Z 0-9 _ . -");
    Expect.that(greatest >= 0, "greatest", greatest, "0 or more");
    this.target = target;
    this.holder = holder;
    this.greatest = greatest;
    this.http = new ConsulHttp(target.tls(), target.token());
    this.messages = messages();
    this.thread = new Thread(this::run, "sinew-consul-leader-" + target.service());
    thread.setDaemon(true);
  }

  /**
   * A candidate; nothing is contacted before it is started.
   *
   * @param target agents and the service that the candidates are, as
   *     {@code consul://127.0.0.1:8500/sinew-controller}; it has the options of discovery
   * @param holder the candidate's name, unique among those that run
   * @throws IllegalArgumentException if one of them is not of its form
   */
  public static ConsulLeadership open(String target, String holder) {
    return open(target, holder, 0);
  }

  /**
   * A candidate that knows of an earlier epoch, as from a log of what was done; nothing is contacted
   * before it is started.
   *
   * @param greatest the greatest epoch that is known, 0 for none; every epoch of this candidate is
   *     above it
   * @throws IllegalArgumentException if one of them is not of its form
   */
  public static ConsulLeadership open(String target, String holder, long greatest) {
    return new ConsulLeadership(ConsulTarget.parse(target, System::getenv), holder, greatest);
  }

  /** Begins to ask for the lock, until {@link #close}. */
  public void start() {
    thread.start();
  }

  /** The epoch of this candidate while it is the leader beyond doubt, else 0. */
  public long epoch() {
    return lease.epoch(System.nanoTime());
  }

  /** Whether this candidate is the leader beyond doubt. */
  public boolean isLeader() {
    return epoch() > 0;
  }

  /** Hands over: another candidate can be the leader when this returns. Takes 2 s at most. */
  @Override
  public void close() {
    closed = true;
    lease = Lease.NONE;
    thread.interrupt();
    if (Thread.currentThread() != thread) {
      Threads.join(thread, LONGEST_CLOSE);
    }
  }

  @Override
  public String toString() {
    return target + " " + holder;
  }

  private void run() {
    lastGoodNanos = System.nanoTime();
    try {
      while (!closed) {
        step();
        TimeUnit.MILLISECONDS.sleep(STEP_MILLIS);
      }
    } catch (InterruptedException e) {
      LOG.log(System.Logger.Level.DEBUG, "consul leader={0} state=closing", this);
    }
    lease = Lease.NONE;
    leave();
  }

  private void step() throws InterruptedException {
    try {
      if (session.isEmpty()) {
        enter();
      }
      if (beat()) {
        contend();
      }
      if (!trouble.isEmpty()) {
        LOG.log(System.Logger.Level.INFO, "consul leader={0} state=recovered", this);
      }
      trouble = "";
      lastGoodNanos = System.nanoTime();
    } catch (IOException e) {
      failed(Trouble.of(target, agent(), e));
    } catch (MalformedAnswerException e) {
      failed(String.valueOf(e.getMessage()));
    }
  }

  /**
   * Registers the candidate under a new id and makes its session: beats for an old id would keep a lost
   * session, and with it the lock, alive for ever.
   */
  private void enter() throws IOException, InterruptedException, MalformedAnswerException {
    put("/v1/agent/service/deregister/" + messages.id(), NOTHING);
    messages = messages();
    beatNanos = System.nanoTime();
    require(
        put("/v1/agent/service/register?replace-existing-checks=true", messages.registration()));
    session = messages.sessionId(
        require(put("/v1/session/create", messages.session())).body());
    LOG.log(System.Logger.Level.INFO, "consul leader={0} state=candidate", this);
  }

  /** Keeps the check alive; false if the agent has forgotten it. */
  private boolean beat() throws IOException, InterruptedException, MalformedAnswerException {
    long now = System.nanoTime();
    if (now - beatNanos < TTL.toNanos() / 4) {
      return true;
    }
    Answer answer = put("/v1/agent/check/update/" + messages.checkId(), messages.beat());
    if (answer.unknown()) {
      forget();
      return false;
    }
    require(answer);
    beatNanos = now;
    return true;
  }

  private void contend() throws IOException, InterruptedException, MalformedAnswerException {
    long sentNanos = System.nanoTime();
    Answer answer = http.get(agent(), messages.key() + "?consistent", LONGEST_REQUEST);
    LeaderMessages.Lock lock = answer.status() == 404
        ? LeaderMessages.Lock.FREE
        : messages.lock(require(answer).body());
    long floor = lock.nextFloor(greatest);
    greatest = Math.max(greatest, lock.epoch());
    if (lock.session().equals(session)) {
      lead(lock.epoch(), sentNanos);
      return;
    }
    follow();
    if (lock.session().isEmpty()) {
      Answer acquired =
          put(messages.key() + "?acquire=" + session, LeaderMessages.claim(holder, floor));
      if (!acquired.ok() && acquired.text().contains("invalid session")) {
        forget();
      } else if (messages.yes(require(acquired).body())) {
        // The epoch is read back with the proof.
        contend();
      }
    }
  }

  private void lead(long proven, long sentNanos) {
    if (epoch == 0) {
      // Later writes to the key would raise it, but one term has one epoch.
      epoch = proven;
      LOG.log(
          System.Logger.Level.INFO,
          "consul leader={0} state=leads epoch={1,number,#}",
          this,
          epoch);
    }
    lease = closed ? Lease.NONE : Lease.proven(epoch, sentNanos);
  }

  private void follow() {
    lease = Lease.NONE;
    if (epoch > 0) {
      LOG.log(
          System.Logger.Level.WARNING,
          "consul leader={0} state=lost epoch={1,number,#}",
          this,
          epoch);
    }
    epoch = 0;
  }

  private void forget() {
    follow();
    session = "";
  }

  private void leave() {
    try {
      if (!session.isEmpty()) {
        put(messages.key() + "?release=" + session, NOTHING, LONGEST_GOODBYE);
        put("/v1/session/destroy/" + session, NOTHING, LONGEST_GOODBYE);
      }
      put("/v1/agent/service/deregister/" + messages.id(), NOTHING, LONGEST_GOODBYE);
      LOG.log(System.Logger.Level.INFO, "consul leader={0} state=closed", this);
    } catch (IOException e) {
      // The TTL does it.
      LOG.log(System.Logger.Level.INFO, "consul leader={0} state=left", this);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private LeaderMessages messages() {
    String unique = UUID.randomUUID().toString().substring(0, 8);
    return new LeaderMessages(target.service(), holder + "-" + unique, TTL);
  }

  private URI agent() {
    return target.agents().get(agent);
  }

  private Answer put(String path, byte[] body) throws IOException, InterruptedException {
    return put(path, body, LONGEST_REQUEST);
  }

  private Answer put(String path, byte[] body, Duration longest)
      throws IOException, InterruptedException {
    return http.put(agent(), path, body, longest);
  }

  private Answer require(Answer answer) throws MalformedAnswerException {
    if (!answer.ok()) {
      throw new MalformedAnswerException(Trouble.of(target, agent(), answer));
    }
    return answer;
  }

  // The lease is not touched: it ends by itself unless a proof comes in time.
  private void failed(String newTrouble) {
    if (!newTrouble.equals(trouble)) {
      LOG.log(
          System.Logger.Level.WARNING,
          "consul leader={0} state=failing trouble=\"{1}\"",
          this,
          newTrouble);
    }
    trouble = newTrouble;
    boolean expired = System.nanoTime() - lastGoodNanos > TTL.toNanos();
    if (expired && target.agents().size() > 1) {
      // The session belongs to the agent that has gone.
      forget();
      agent = (agent + 1) % target.agents().size();
      lastGoodNanos = System.nanoTime();
    }
  }
}
