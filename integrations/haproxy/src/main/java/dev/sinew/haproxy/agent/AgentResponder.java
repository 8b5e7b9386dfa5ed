// SPDX-License-Identifier: Apache-2.0
package dev.sinew.haproxy.agent;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.sinew.Expect;
import dev.sinew.haproxy.ServerOptions;
import dev.sinew.load.LoadReport;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * Answers HAProxy's {@code agent-check} for the servers of one backend with weights in percent.
 *
 * <p>HAProxy connects once per server and interval, sends {@link #question}, and takes the answer's
 * {@code 80%} as a share of the server's configured weight. The {@code up} before it is for servers added at
 * run time: HAProxy holds them for down until checks and agent have both said otherwise, and the checks have
 * the last word still. The answer never says {@code ready}, {@code drain} or {@code maint}: those would undo
 * what an operator or the controller has ordered by the Runtime API. Without a responder HAProxy goes on with
 * the last weights.
 *
 * <p>Listens on loopback only; serves 16 connections at once, each for a second at most, and closes the
 * others unanswered, which HAProxy takes as no news.
 */
public final class AgentResponder implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(AgentResponder.class.getName());
  private static final String PREFIX = "sinew.";
  private static final char END = ServerOptions.Agent.END;
  private static final int LONGEST_QUESTION = 200;
  private static final int MOST_CONNECTIONS = 16;
  private static final long CLOSE_MILLIS = 1_000;
  private static final int BACKLOG = 128;
  private static final int TIMEOUT_MILLIS = 1_000;
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]{1,199}");

  private final ServerSocket listener;
  private final Supplier<Map<String, LoadReport>> reports;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final AtomicLong refused = new AtomicLong();
  private final ThreadPoolExecutor workers;
  private final Thread acceptor;

  private AgentResponder(ServerSocket listener, Supplier<Map<String, LoadReport>> reports) {
    this.listener = listener;
    this.reports = reports;
    workers = new ThreadPoolExecutor(
        0, MOST_CONNECTIONS, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> daemon(task));
    acceptor = daemon(this::accept);
  }

  /**
   * Starts to answer.
   *
   * @param port on loopback; 0 for any free one
   * @param reports what is known of the backend's replicas by their id; called for each answer, must not
   *     block
   * @throws IOException if the port cannot be had
   */
  public static AgentResponder start(int port, Supplier<Map<String, LoadReport>> reports)
      throws IOException {
    ServerSocket listener = new ServerSocket();
    try {
      listener.setReuseAddress(true);
      listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), BACKLOG);
    } catch (IOException | IllegalArgumentException e) {
      listener.close();
      throw e;
    }
    AgentResponder responder = new AgentResponder(listener, reports);
    responder.acceptor.start();
    return responder;
  }

  /**
   * What a server's {@code agent-send} has to be.
   *
   * <p>It ends in an exclamation mark because the Runtime API has no way to write a line break.
   *
   * @param server its name in HAProxy: {@code sinew.} and the replica's id, or the id itself
   */
  public static String question(String server) {
    Expect.that(
        NAME.matcher(server).matches(),
        "agent.server",
        server,
        "1 to 199 letters, digits and any of _ . -");
    return server + END;
  }

  /** The port that it listens on. */
  public int port() {
    return listener.getLocalPort();
  }

  /** How many questions were not answered: not understood, too slow, or too many at once. */
  public long refused() {
    return refused.get();
  }

  /** Stops to listen and ends every connection. */
  @Override
  public void close() {
    quietly(listener::close);
    workers.shutdownNow();
    open.forEach(socket -> quietly(socket::close));
    try {
      // The port is free only when nobody accepts any more.
      acceptor.join(CLOSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket socket = listener.accept();
        open.add(socket);
        serve(socket);
      } catch (IOException | RuntimeException | Error e) {
        if (!listener.isClosed()) {
          LOG.log(Level.WARNING, "agent=accept error={0}", Expect.printable(String.valueOf(e)));
          pause();
        }
      }
    }
  }

  private void serve(Socket socket) {
    try {
      workers.execute(() -> answer(socket));
    } catch (RejectedExecutionException e) {
      refused.incrementAndGet();
      end(socket);
    }
  }

  private void answer(Socket socket) {
    try {
      String name = name(socket);
      if (!NAME.matcher(name).matches()) {
        refused.incrementAndGet();
        return;
      }
      String replica = name.startsWith(PREFIX) ? name.substring(PREFIX.length()) : name;
      int percent =
          AgentWeights.percent(reports.get()).getOrDefault(replica, AgentWeights.UNKNOWN_PERCENT);
      socket.getOutputStream().write(("up " + percent + "%\n").getBytes(US_ASCII));
    } catch (IOException | RuntimeException e) {
      refused.incrementAndGet();
    } finally {
      end(socket);
    }
  }

  /** Reads up to the end of the question; empty if there is none in time. */
  private static String name(Socket socket) throws IOException {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(TIMEOUT_MILLIS);
    InputStream in = socket.getInputStream();
    StringBuilder name = new StringBuilder();
    while (name.length() < LONGEST_QUESTION) {
      long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      if (left <= 0) {
        return "";
      }
      socket.setSoTimeout((int) left);
      int next = in.read();
      if (next < 0) {
        return "";
      }
      if (next == END || next == '\n') {
        return name.toString();
      }
      name.append((char) next);
    }
    return "";
  }

  private void end(Socket socket) {
    open.remove(socket);
    quietly(socket::close);
  }

  /** So that a process out of file descriptors does not spin. */
  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(100);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "sinew-agent");
    thread.setDaemon(true);
    return thread;
  }

  private static void quietly(Closing closing) {
    try {
      closing.close();
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "agent=close error={0}", e.getMessage());
    }
  }

  @FunctionalInterface
  private interface Closing {
    void close() throws IOException;
  }
}
