// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc.balance;

import dev.sinew.balance.Call;
import dev.sinew.balance.Picker;
import dev.sinew.grpc.call.TriedReplicas;
import io.grpc.LoadBalancer.PickResult;
import io.grpc.LoadBalancer.PickSubchannelArgs;
import io.grpc.LoadBalancer.SubchannelPicker;
import io.grpc.Status;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** Picks among nodes that are ready; unchanging. */
final class ReadyPicker extends SubchannelPicker {
  /** A drop, because an error would leave a wait-for-ready call waiting. */
  private static final PickResult ALL_TRIED = PickResult.withDrop(
      Status.UNAVAILABLE.withDescription("every replica that is ready was tried"));

  private final Picker<GrpcNode> first;
  private final @Nullable Picker<GrpcNode> spare;

  /**
   * A picker.
   *
   * @param first asked first
   * @param spare asked for a call that excludes all nodes of the first, or null
   */
  ReadyPicker(Picker<GrpcNode> first, @Nullable Picker<GrpcNode> spare) {
    this.first = first;
    this.spare = spare;
  }

  @Override
  public PickResult pickSubchannel(PickSubchannelArgs args) {
    TriedReplicas tried = args.getCallOptions().getOption(TriedReplicas.KEY);
    GrpcNode node = pick(tried == null ? Call.ANY : tried);
    if (node == null) {
      if (tried != null) {
        tried.exhaust();
      }
      return ALL_TRIED;
    }
    return node.result(args.getMethodDescriptor().getType());
  }

  private @Nullable GrpcNode pick(Call call) {
    long nowNanos = System.nanoTime();
    ThreadLocalRandom random = ThreadLocalRandom.current();
    GrpcNode node = first.pick(call, nowNanos, random);
    return node == null && spare != null ? spare.pick(call, nowNanos, random) : node;
  }
}
