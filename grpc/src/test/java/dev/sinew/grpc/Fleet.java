// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.stub.ClientCalls;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/** Some replicas and the channels to them; closes all of them. */
final class Fleet implements AutoCloseable {
  static final long PATIENCE_SECONDS = 30;

  private final List<TestReplica> replicas = new ArrayList<>();
  private final List<ManagedChannel> channels = new ArrayList<>();

  Fleet(int size) {
    for (int i = 0; i < size; i++) {
      add();
    }
  }

  TestReplica add() {
    TestReplica replica = new TestReplica("replica-" + replicas.size());
    replicas.add(replica);
    return replica;
  }

  TestReplica get(int index) {
    return replicas.get(index);
  }

  List<TestReplica> all() {
    return replicas;
  }

  String target() {
    return replicas.stream()
        .map(replica -> "127.0.0.1:" + replica.port())
        .collect(Collectors.joining(",", "static:///", ""));
  }

  SinewChannelBuilder builder() {
    return SinewChannels.forTarget(target());
  }

  ManagedChannel open(SinewChannelBuilder builder) {
    return open(builder.build());
  }

  ManagedChannel open(ManagedChannel channel) {
    channels.add(channel);
    return channel;
  }

  int calls() {
    return replicas.stream().mapToInt(replica -> replica.calls.get()).sum();
  }

  void failWith(Status status) {
    replicas.forEach(replica -> replica.failWith(status, new Metadata()));
  }

  /** Calls until every replica has answered, so that all of them are connected. */
  void meetAll(Channel channel) {
    await(() -> {
      call(channel, TestMethods.PUT);
      return replicas.stream().allMatch(replica -> replica.calls.get() > 0);
    });
  }

  static String call(Channel channel, MethodDescriptor<String, String> method) {
    return call(channel, method, CallOptions.DEFAULT);
  }

  static String call(
      Channel channel, MethodDescriptor<String, String> method, CallOptions options) {
    CallOptions bounded = options.getDeadline() != null
        ? options
        : options.withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS);
    return ClientCalls.blockingUnaryCall(channel, method, bounded, "hello");
  }

  /** Waits for a condition that other threads bring about. */
  static void await(BooleanSupplier condition) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("still waiting after " + PATIENCE_SECONDS + " s");
      }
      LockSupport.parkNanos(1_000_000);
    }
  }

  @Override
  public void close() {
    channels.forEach(ManagedChannel::shutdownNow);
    replicas.forEach(TestReplica::close);
  }
}
