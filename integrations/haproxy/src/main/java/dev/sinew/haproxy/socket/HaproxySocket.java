// SPDX-License-Identifier: Apache-2.0
package dev.sinew.haproxy.socket;

import dev.sinew.Expect;
import dev.sinew.haproxy.socket.HaproxyException.Reason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The Runtime API of one HAProxy: its {@code stats socket}, over a UNIX socket or TCP.
 *
 * <p>Each question is a connection of its own, so nothing is kept open and a restart of HAProxy needs no
 * care. Asking blocks at most the time-out; an answer has at most 16 MiB. Safe for use by many threads.
 */
public final class HaproxySocket {
  /** How long a question may take as long as nothing else is said. */
  public static final Duration TIMEOUT = Duration.ofSeconds(1);

  private static final int LARGEST_ANSWER = 16 << 20;
  private static final int LONGEST_COMMAND = 8_000;
  private static final int CHUNK = 16 << 10;

  private final String name;
  private final SocketAddress address;
  private final Duration timeout;

  private HaproxySocket(String name, SocketAddress address, Duration timeout) {
    this.name = name;
    this.address = address;
    this.timeout = timeout;
  }

  /**
   * The Runtime API at an address, asked with the time-out of {@link #TIMEOUT}.
   *
   * @param address {@code unix:/run/haproxy.sock}, or {@code tcp://127.0.0.1:9901}, which must be loopback,
   *     since the Runtime API has neither encryption nor passwords
   * @throws IllegalArgumentException if it is not of that form
   */
  public static HaproxySocket at(String address) {
    return new HaproxySocket(address, SocketAddresses.read(address, false), TIMEOUT);
  }

  /** As {@link #at}, also over a network; only for one where everybody may command HAProxy. */
  public static HaproxySocket anywhere(String address) {
    return new HaproxySocket(address, SocketAddresses.read(address, true), TIMEOUT);
  }

  /** The same with another time-out for a whole question, 10 ms to 60 s. */
  public HaproxySocket within(Duration longest) {
    Expect.that(
        longest.compareTo(Duration.ofMillis(10)) >= 0
            && longest.compareTo(Duration.ofSeconds(60)) <= 0,
        "haproxy.timeout",
        longest,
        "10 ms to 60 s");
    return new HaproxySocket(name, address, longest);
  }

  /**
   * Asks, and returns the whole answer.
   *
   * @param command one command, or several joined by {@code ;}: at most 8000 printable characters
   * @throws HaproxyException if there is no whole answer, or a command needs a socket of level admin
   * @throws IllegalArgumentException if the command has other characters
   */
  public String ask(String command) throws IOException {
    Expect.that(
        !command.isBlank()
            && command.length() <= LONGEST_COMMAND
            && command.chars().allMatch(c -> c >= ' ' && c < 0x7f),
        "haproxy.command",
        command,
        "1 to 8000 printable ASCII characters");
    long deadline = System.nanoTime() + timeout.toNanos();
    String answer = exchange(command + "\n", deadline);
    if (answer.startsWith("HTTP/")) {
      throw trouble(Reason.FOREIGN, "answers as a web server, not as HAProxy's Runtime API", null);
    }
    if (answer.lines().anyMatch("Permission denied"::equals)) {
      throw trouble(
          Reason.FORBIDDEN, "forbids it; its 'stats socket' line needs 'level admin'", null);
    }
    return answer;
  }

  /**
   * Which version answers.
   *
   * @throws HaproxyException as for {@link #ask}, also if it is no HAProxy
   */
  public HaproxyVersion version() throws IOException {
    String answer = ask("show version");
    return HaproxyVersion.read(answer)
        .orElseThrow(() -> trouble(
            Reason.FOREIGN,
            "says '" + firstLine(answer) + "' of its version: no Runtime API of HAProxy",
            null));
  }

  /** The address as it was given. */
  @Override
  public String toString() {
    return name;
  }

  private String exchange(String command, long deadline) throws IOException {
    try (Selector selector = Selector.open();
        SocketChannel channel = open()) {
      channel.configureBlocking(false);
      SelectionKey key = channel.register(selector, 0);
      connect(channel, key, deadline);
      ByteBuffer out = ByteBuffer.wrap(command.getBytes(StandardCharsets.US_ASCII));
      while (out.hasRemaining()) {
        if (channel.write(out) == 0) {
          await(key, SelectionKey.OP_WRITE, deadline);
        }
      }
      return answer(channel, key, deadline);
    } catch (HaproxyException e) {
      throw e;
    } catch (ConnectException e) {
      throw trouble(Reason.UNREACHABLE, "nobody listens: " + text(e), e);
    } catch (IOException e) {
      throw told(e);
    }
  }

  private SocketChannel open() throws IOException {
    return address instanceof UnixDomainSocketAddress
        ? SocketChannel.open(StandardProtocolFamily.UNIX)
        : SocketChannel.open();
  }

  private void connect(SocketChannel channel, SelectionKey key, long deadline) throws IOException {
    SocketAddress to = address instanceof InetSocketAddress unresolved
        ? new InetSocketAddress(unresolved.getHostString(), unresolved.getPort())
        : address;
    try {
      if (!channel.connect(to)) {
        do {
          await(key, SelectionKey.OP_CONNECT, deadline);
        } while (!channel.finishConnect());
      }
    } catch (UnresolvedAddressException e) {
      throw trouble(Reason.UNREACHABLE, "the host has no address", e);
    }
  }

  private String answer(SocketChannel channel, SelectionKey key, long deadline) throws IOException {
    ByteArrayOutputStream answer = new ByteArrayOutputStream();
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
    while (true) {
      int read = channel.read(chunk);
      if (read < 0) {
        return answer.toString(StandardCharsets.UTF_8);
      }
      if (read == 0) {
        await(key, SelectionKey.OP_READ, deadline);
        continue;
      }
      answer.write(chunk.array(), 0, read);
      chunk.clear();
      if (answer.size() > LARGEST_ANSWER) {
        throw trouble(Reason.FOREIGN, "answers more than 16 MiB", null);
      }
    }
  }

  private void await(SelectionKey key, int operation, long deadline) throws IOException {
    key.interestOps(operation);
    long millis = (deadline - System.nanoTime()) / 1_000_000;
    if (Thread.currentThread().isInterrupted()
        || millis <= 0
        || key.selector().select(millis) == 0) {
      throw trouble(Reason.TIMEOUT, "no whole answer within " + timeout.toMillis() + " ms", null);
    }
    key.selector().selectedKeys().clear();
  }

  /** The kernel's words do not tell these cases apart for somebody who reads a log. */
  private HaproxyException told(IOException e) {
    if (address instanceof UnixDomainSocketAddress unix && !Files.exists(unix.getPath())) {
      return trouble(Reason.UNREACHABLE, "there is no such file; is HAProxy running?", e);
    }
    String text = text(e);
    if (text.contains("Permission denied")) {
      return trouble(Reason.FORBIDDEN, "this user may not use the file (see its 'mode')", e);
    }
    if (text.contains("temporarily unavailable")) {
      return trouble(Reason.TIMEOUT, "its queue of connections is full; does it hang?", e);
    }
    return trouble(Reason.UNREACHABLE, text, e);
  }

  private HaproxyException trouble(Reason reason, String what, @Nullable Throwable cause) {
    return new HaproxyException(reason, "haproxy " + name + ": " + what, cause);
  }

  private static String text(IOException e) {
    String message = e.getMessage();
    return message == null ? e.getClass().getSimpleName() : Expect.printable(message);
  }

  private static String firstLine(String answer) {
    return Expect.printable(answer.lines().findFirst().orElse(""));
  }
}
