// SPDX-License-Identifier: Apache-2.0
package dev.sinew.process.health;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.concurrent.TimeUnit.MILLISECONDS;

import dev.sinew.process.health.HealthProbe.Answer;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.CompletionHandler;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Whether a connection is accepted, and if there is a path, what {@code GET} of it is answered.
 *
 * <p>Each question has a connection of its own. Of an answer only the status line counts, which must
 * be among the first {@value #HEAD_BYTES} bytes (RFC 9112, section 4). The rest is read away, up to
 * {@value #LARGEST_ANSWER_BYTES} bytes and the deadline, so that a server that answers well sees no
 * reset.
 */
final class SocketQuestion implements HealthQuestion {
  static final int HEAD_BYTES = 1024;
  static final int LARGEST_ANSWER_BYTES = 1 << 16;

  private static final Pattern STATUS_LINE = Pattern.compile("HTTP/1\\.[01] ([1-5]\\d\\d)(?: .*)?");

  private final InetSocketAddress address;
  private final String path;

  /** Prepares; an empty path asks for the connection only. */
  SocketQuestion(InetSocketAddress address, String path) {
    this.address = address;
    this.path = path;
  }

  @Override
  public void ask(Consumer<Answer> hears) {
    try {
      new Exchange(AsynchronousSocketChannel.open(), hears).begin();
    } catch (IOException e) {
      hears.accept(new Answer(false, "no socket"));
    }
  }

  @Override
  public void close() {
    // Each exchange ends by itself, at its deadline.
  }

  /** What the first line of an answer says; null as long as it has not arrived whole. */
  static @Nullable Answer status(String head) {
    int end = head.indexOf('\n');
    if (end < 0) {
      return head.length() < HEAD_BYTES ? null : new Answer(false, "no HTTP/1.1");
    }
    int length = end > 0 && head.charAt(end - 1) == '\r' ? end - 1 : end;
    Matcher line = STATUS_LINE.matcher(head.substring(0, length));
    if (!line.matches()) {
      return new Answer(false, "no HTTP/1.1");
    }
    int status = Integer.parseInt(line.group(1));
    return new Answer(status >= 200 && status < 400, "HTTP " + status);
  }

  /** One connection; each step begins the next one. */
  private final class Exchange {
    private final AsynchronousSocketChannel channel;
    private final Consumer<Answer> hears;
    private final AtomicBoolean answered = new AtomicBoolean();
    private final CompletableFuture<Void> over = new CompletableFuture<>();
    private final ByteBuffer bytes = ByteBuffer.allocate(HEAD_BYTES);
    private int received;

    Exchange(AsynchronousSocketChannel channel, Consumer<Answer> hears) {
      this.channel = channel;
      this.hears = hears;
    }

    void begin() {
      var unused = over.completeOnTimeout(null, DEADLINE_MILLIS, MILLISECONDS).thenRun(this::end);
      channel.connect(address, this, then(connected -> {
        if (path.isEmpty()) {
          answer(new Answer(true, "accepted"));
          over.complete(null);
        } else {
          write(ByteBuffer.wrap(request().getBytes(US_ASCII)));
        }
      }));
    }

    private String request() {
      return "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + address.getPort()
          + "\r\nUser-Agent: sinew-health\r\nAccept: */*\r\nConnection: close\r\n\r\n";
    }

    private void write(ByteBuffer request) {
      channel.write(request, this, then(written -> {
        if (request.hasRemaining()) {
          write(request);
        } else {
          read();
        }
      }));
    }

    private void read() {
      channel.read(bytes, this, then(this::received));
    }

    private void received(int count) {
      if (count < 0) {
        answer(new Answer(false, "closed without an answer"));
        over.complete(null);
        return;
      }
      received += count;
      if (!answered.get()) {
        Answer word = status(new String(bytes.array(), 0, bytes.position(), US_ASCII));
        if (word != null) {
          answer(word);
        }
      }
      if (answered.get()) {
        bytes.clear();
      }
      if (received < LARGEST_ANSWER_BYTES) {
        read();
      } else {
        over.complete(null);
      }
    }

    private void answer(Answer word) {
      if (answered.compareAndSet(false, true)) {
        hears.accept(word);
      }
    }

    private void end() {
      answer(new Answer(false, "no answer in " + DEADLINE_MILLIS + " ms"));
      try {
        channel.close();
      } catch (IOException e) {
        // It is no more needed in any case.
      }
    }

    private <V> CompletionHandler<V, Exchange> then(Consumer<V> next) {
      return new CompletionHandler<>() {
        @Override
        public void completed(V result, Exchange exchange) {
          next.accept(result);
        }

        @Override
        public void failed(Throwable error, Exchange exchange) {
          boolean refused = error instanceof ConnectException;
          answer(new Answer(false, refused ? "refused" : error.getClass().getSimpleName()));
          over.complete(null);
        }
      };
    }
  }
}
