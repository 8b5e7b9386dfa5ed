// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.sample;

import dev.sinew.grpc.SinewServers;
import dev.sinew.metrics.SinewMetrics;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * A replica of the demo's service: a few workers, in which each call waits as long as it asks for.
 *
 * <p>The work waits and does not compute, so eight replicas have eight times the capacity of one although
 * they share two cores. Settings come from the environment: {@code PORT}, {@code SAMPLE_WORKERS} and, for
 * the registration, what {@link SinewServers} reads; for the metrics, what {@link SinewMetrics#serve()}
 * reads.
 */
public final class SampleServer {
  private static final long LONGEST_WORK_MICROS = 10_000_000;

  private SampleServer() {}

  /** Serves until it is told to stop. */
  public static void main(String[] args) throws IOException, InterruptedException {
    String replica = System.getenv().getOrDefault("SINEW_REPLICA_ID", "orders-0");
    int port = Integer.parseInt(System.getenv().getOrDefault("PORT", "0"));
    int workers = Integer.parseInt(System.getenv().getOrDefault("SAMPLE_WORKERS", "8"));
    InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    Server server = SinewServers.install(
            NettyServerBuilder.forAddress(address).addService(new Orders(replica)))
        .workers(workers)
        .observe(SinewMetrics.serve())
        .register("orders")
        .build()
        .start();
    server.awaitTermination();
  }

  private static final class Orders extends OrdersGrpc.OrdersImplBase {
    private final PlaceReply reply;

    Orders(String replica) {
      this.reply = PlaceReply.newBuilder().setReplica(replica).build();
    }

    @Override
    public void place(PlaceRequest request, StreamObserver<PlaceReply> observer) {
      long micros = Integer.toUnsignedLong(request.getWorkMicros());
      if (micros > LONGEST_WORK_MICROS) {
        observer.onError(Status.INVALID_ARGUMENT
            .withDescription("work_micros: " + micros + " (expected: at most 10000000)")
            .asRuntimeException());
        return;
      }
      try {
        Thread.sleep(micros / 1000, (int) (micros % 1000) * 1000);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        observer.onError(Status.CANCELLED.withDescription("interrupted").asRuntimeException());
        return;
      }
      observer.onNext(reply);
      observer.onCompleted();
    }
  }
}
