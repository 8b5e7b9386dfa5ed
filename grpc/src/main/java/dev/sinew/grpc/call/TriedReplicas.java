// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc.call;

import dev.sinew.balance.Call;
import dev.sinew.balance.Node;
import io.grpc.CallOptions;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The replicas that the earlier attempts of one call went to; travels with the call to the picker.
 *
 * <p>gRPC's transparent retry belongs to the same attempt: its stream was never processed, so it may go
 * to the same replica again.
 */
public final class TriedReplicas implements Call {
  /** Where it travels. */
  public static final CallOptions.Key<@Nullable TriedReplicas> KEY =
      CallOptions.Key.create("sinew-tried-replicas");

  private volatile List<String> earlier = List.of();
  private volatile @Nullable String current;
  private volatile boolean exhausted;

  /** Nothing was tried. */
  public TriedReplicas() {}

  @Override
  public boolean excludes(Node node) {
    return earlier.contains(node.endpoint().id());
  }

  /** The present attempt has a stream to this replica. */
  public void sentTo(String endpointId) {
    current = endpointId;
  }

  /** Whether an earlier attempt went to a replica. */
  public boolean again() {
    return !earlier.isEmpty();
  }

  /** Another attempt begins: what the last one tried is not to be tried again. */
  public void nextAttempt() {
    String last = current;
    if (last != null) {
      earlier = Stream.concat(earlier.stream(), Stream.of(last)).toList();
      current = null;
    }
  }

  /** The picker found no replica that was not tried. */
  public void exhaust() {
    exhausted = true;
  }

  /** Whether the picker found none. */
  public boolean exhausted() {
    return exhausted;
  }
}
