// SPDX-License-Identifier: Apache-2.0
package dev.sinew.ownservice;

import dev.sinew.grpc.SinewServers;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** A team's server as it was before Sinew, with one line more: {@code SinewServers.install}. */
public final class OrdersServer {
  private OrdersServer() {}

  /** Serves at {@code PORT}, 0 or nothing for any free one, until it is told to stop. */
  public static void main(String[] args) throws IOException, InterruptedException {
    int port = Integer.parseInt(System.getenv().getOrDefault("PORT", "0"));
    String replica = System.getenv().getOrDefault("SINEW_REPLICA_ID", "orders");
    InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(address).addService(new Orders(replica));
    Server server =
        SinewServers.install(builder).workers(4).register("orders").build().start();
    System.out.println("orders: 127.0.0.1:" + server.getPort());
    server.awaitTermination();
  }
}
