// SPDX-License-Identifier: Apache-2.0
package dev.sinew.balance;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** Each node in turn; the turn goes on when the list changes. */
final class RoundRobin implements Balancer {
  private final AtomicLong turn = new AtomicLong();

  @Override
  public String name() {
    return "round_robin";
  }

  @Override
  public <N extends Node> Picker<N> picker(List<N> ready, long nowNanos) {
    List<N> nodes = List.copyOf(ready);
    return (call, now, random) ->
        Nodes.from(nodes, (int) Long.remainderUnsigned(turn.getAndIncrement(), nodes.size()), call);
  }
}
