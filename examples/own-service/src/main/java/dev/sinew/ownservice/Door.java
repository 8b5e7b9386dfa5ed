// SPDX-License-Identifier: Apache-2.0
package dev.sinew.ownservice;

import dev.sinew.grpc.SinewChannels;
import dev.sinew.grpc.SinewServers;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * One address in front of a fleet, for clients that know nothing of Sinew, such as load generators.
 *
 * <p>Every unary call goes on as bytes by one Sinew channel, which balances, fails over and tries
 * again.
 */
public final class Door implements AutoCloseable {
  /** A load generator ends by closing its connections; gRPC warns of each call that was under way. */
  private static final Logger CLOSED_STREAMS = Logger.getLogger("io.grpc.netty.NettyServerHandler");

  private final ManagedChannel channel;
  private final Server server;
  private final Tally tally;

  private Door(ManagedChannel channel, Server server, Tally tally) {
    this.channel = channel;
    this.server = server;
    this.tally = tally;
  }

  /** Serves until it is told to stop. */
  public static void main(String[] args) throws IOException, InterruptedException {
    if (args.length < 2) {
      System.err.println("usage: Door PORT TARGET [IDEMPOTENT-METHOD…]\n"
          + "  as: Door 8080 consul://127.0.0.1:8500/orders shop.Orders/Place");
      System.exit(2);
    }
    CLOSED_STREAMS.setLevel(Level.SEVERE);
    int port = Integer.parseInt(args[0]);
    try (Door door = open(port, args[1], Arrays.copyOfRange(args, 2, args.length))) {
      System.out.println("door: 127.0.0.1:" + door.port() + " to " + args[1]);
      Runtime.getRuntime()
          .addShutdownHook(new Thread(() -> System.out.println("door: " + door.tally())));
      door.server.awaitTermination();
    }
  }

  /**
   * Opens it.
   *
   * @param port 0 for any free one
   * @param target what the calls go to
   * @param idempotent full names of methods that may be tried again
   */
  static Door open(int port, String target, String... idempotent) throws IOException {
    // Nothing here waits, so the transport's own threads do the work.
    ManagedChannel channel =
        SinewChannels.forTarget(target).idempotent(idempotent).directExecutor().build();
    Tally tally = new Tally();
    Server server = SinewServers.install(NettyServerBuilder.forAddress(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
            .intercept(tally)
            .fallbackHandlerRegistry(new Forwarding(channel)))
        .directExecutor()
        .reflection(false)
        .build()
        .start();
    return new Door(channel, server, tally);
  }

  /** How the calls ended so far. */
  Tally tally() {
    return tally;
  }

  int port() {
    return server.getPort();
  }

  @Override
  public void close() {
    server.shutdown();
    try {
      if (!server.awaitTermination(10, TimeUnit.SECONDS)) {
        server.shutdownNow();
      }
    } catch (InterruptedException e) {
      server.shutdownNow();
      Thread.currentThread().interrupt();
    }
    channel.shutdownNow();
  }
}
