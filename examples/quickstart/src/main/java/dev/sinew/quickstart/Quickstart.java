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
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** Two replicas and a client in one program; one replica is killed half-way, and no call fails. */
public final class Quickstart {
  private static final int CALLS = 20;

  private Quickstart() {}

  /** Runs it. */
  public static void main(String[] args) throws IOException, InterruptedException {
    run(System.out);
  }

  static void run(PrintStream out) throws IOException, InterruptedException {
    Map<String, Server> replicas = new LinkedHashMap<>();
    replicas.put("replica 1", start("replica 1"));
    replicas.put("replica 2", start("replica 2"));
    String target = replicas.values().stream()
        .map(server -> "127.0.0.1:" + server.getPort())
        .collect(Collectors.joining(",", "static:///", ""));
    ManagedChannel channel = SinewChannels.forTarget(target).build();
    try {
      GreeterGrpc.GreeterBlockingStub greeter = GreeterGrpc.newBlockingStub(channel);
      for (int call = 1; call <= CALLS; call++) {
        GreetRequest request = GreetRequest.newBuilder().setName("call " + call).build();
        GreetReply reply = greeter.withDeadlineAfter(2, TimeUnit.SECONDS).greet(request);
        out.println(reply.getText());
        if (call == CALLS / 2) {
          out.println("stopping " + reply.getReplica() + " without a word");
          Objects.requireNonNull(replicas.get(reply.getReplica())).shutdownNow();
        }
      }
    } finally {
      channel.shutdownNow().awaitTermination(1, TimeUnit.SECONDS);
      replicas.values().forEach(Server::shutdownNow);
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
