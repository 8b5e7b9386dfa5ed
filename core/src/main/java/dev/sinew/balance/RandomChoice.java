// SPDX-License-Identifier: Apache-2.0
package dev.sinew.balance;

import java.util.List;

/** Any node, each with the same chance. */
final class RandomChoice implements Balancer {
  @Override
  public String name() {
    return "random";
  }

  @Override
  public <N extends Node> Picker<N> picker(List<N> ready, long nowNanos) {
    List<N> nodes = List.copyOf(ready);
    return (call, now, random) -> Nodes.from(nodes, random.nextInt(nodes.size()), call);
  }
}
