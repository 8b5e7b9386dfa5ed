// SPDX-License-Identifier: Apache-2.0
package dev.sinew.ownservice;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.ThreadLocalRandom;

/** An ordinary gRPC service, busy for 20 to 40 ms with each order; nothing in it knows of Sinew. */
final class Orders extends OrdersGrpc.OrdersImplBase {
  private static final int SHORTEST_MILLIS = 20;
  private static final int LONGEST_MILLIS = 40;

  private final String replica;

  Orders(String replica) {
    this.replica = replica;
  }

  @Override
  public void place(PlaceRequest request, StreamObserver<PlaceReply> observer) {
    try {
      // Stands for a database: four workers bear about 130 orders per second on any machine.
      Thread.sleep(ThreadLocalRandom.current().nextInt(SHORTEST_MILLIS, LONGEST_MILLIS + 1));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      observer.onError(Status.CANCELLED.withDescription("interrupted").asRuntimeException());
      return;
    }
    observer.onNext(PlaceReply.newBuilder()
        .setOrderId(request.getOrderId())
        .setReplica(replica)
        .build());
    observer.onCompleted();
  }
}
