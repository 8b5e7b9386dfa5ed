// SPDX-License-Identifier: Apache-2.0
package dev.sinew.quickstart;

import io.grpc.stub.StreamObserver;

/** An ordinary gRPC service; nothing in it knows of Sinew. */
final class Greeter extends GreeterGrpc.GreeterImplBase {
  private final String replica;

  Greeter(String replica) {
    this.replica = replica;
  }

  @Override
  public void greet(GreetRequest request, StreamObserver<GreetReply> observer) {
    String text = "Hello " + request.getName() + ", this is " + replica;
    observer.onNext(GreetReply.newBuilder().setText(text).setReplica(replica).build());
    observer.onCompleted();
  }
}
