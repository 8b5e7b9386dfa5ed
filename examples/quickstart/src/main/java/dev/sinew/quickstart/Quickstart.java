// SPDX-License-Identifier: Apache-2.0
package dev.sinew.quickstart;

import dev.sinew.grpc.SinewChannels;
import dev.sinew.grpc.SinewServers;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/** Two replicas and a client in one program; one replica is killed half-way, and no call fails. */
public final class Quickstart {
  private static final int CALLS = 20;

  private Quickstart() {}

  /** Runs it. */
  public static void main(String[] args) throws IOException, InterruptedException {
    run(System.out);
  }

  static void run(PrintStream out) throws IOException, InterruptedException {
    Server first = start("replica 1");
    Server second = start("replica 2");
    String target = "static:///127.0.0.1:" + first.getPort() + ",127.0.0.1:" + second.getPort();
    ManagedChannel channel = SinewChannels.forTarget(target).build();
    try {
      GreeterGrpc.GreeterBlockingStub greeter = GreeterGrpc.newBlockingStub(channel);
      for (int call = 1; call <= CALLS; call++) {
        if (call == CALLS / 2) {
          out.println("stopping replica 1 without a word");
          first.shutdownNow();
        }
        GreetRequest request = GreetRequest.newBuilder().setName("call " + call).build();
        out.println(
            greeter.withDeadlineAfter(2, TimeUnit.SECONDS).greet(request).getText());
      }
    } finally {
      channel.shutdownNow().awaitTermination(1, TimeUnit.SECONDS);
      first.shutdownNow();
      second.shutdownNow();
    }
  }

  private static Server start(String replica) throws IOException {
    InetSocketAddress loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    return SinewServers.install(
            NettyServerBuilder.forAddress(loopback).addService(new Greeter(replica)))
        .build()
        .start();
  }
}
