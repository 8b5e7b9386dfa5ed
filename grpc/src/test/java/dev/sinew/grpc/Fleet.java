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
public final class Fleet implements AutoCloseable {
  public static final long PATIENCE_SECONDS = 30;

  private final List<TestReplica> replicas = new ArrayList<>();
  private final List<ManagedChannel> channels = new ArrayList<>();

  public Fleet(int size) {
    for (int i = 0; i < size; i++) {
      add();
    }
  }

  public TestReplica add() {
    TestReplica replica = new TestReplica("replica-" + replicas.size());
    replicas.add(replica);
    return replica;
  }

  public TestReplica get(int index) {
    return replicas.get(index);
  }

  public List<TestReplica> all() {
    return replicas;
  }

  public String target() {
    return replicas.stream()
        .map(replica -> "127.0.0.1:" + replica.port())
        .collect(Collectors.joining(",", "static:///", ""));
  }

  public SinewChannelBuilder builder() {
    return SinewChannels.forTarget(target());
  }

  public ManagedChannel open(SinewChannelBuilder builder) {
    return open(builder.build());
  }

  public ManagedChannel open(ManagedChannel channel) {
    channels.add(channel);
    return channel;
  }

  public int calls() {
    return replicas.stream().mapToInt(replica -> replica.calls.get()).sum();
  }

  public void failWith(Status status) {
    replicas.forEach(replica -> replica.failWith(status, new Metadata()));
  }

  /** Calls until every replica has answered, so that all of them are connected. */
  public void meetAll(Channel channel) {
    await(() -> {
      call(channel, TestMethods.PUT);
      return replicas.stream().allMatch(replica -> replica.calls.get() > 0);
    });
  }

  public static String call(Channel channel, MethodDescriptor<String, String> method) {
    return call(channel, method, CallOptions.DEFAULT);
  }

  public static String call(
      Channel channel, MethodDescriptor<String, String> method, CallOptions options) {
    CallOptions bounded = options.getDeadline() != null
        ? options
        : options.withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS);
    return ClientCalls.blockingUnaryCall(channel, method, bounded, "hello");
  }

  /** Waits for a condition that other threads bring about. */
  public static void await(BooleanSupplier condition) {
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
