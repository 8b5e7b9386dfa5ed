// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc;

import dev.sinew.endpoint.Endpoint;
import dev.sinew.endpoint.EndpointSink;
import dev.sinew.endpoint.EndpointSinkProvider;
import dev.sinew.endpoint.Health;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A registry for tests, scheme {@code recorded}: remembers in static state what one test does with it. */
public final class RecordingSinkProvider implements EndpointSinkProvider {
  private static final List<Endpoint> REGISTERED = new CopyOnWriteArrayList<>();
  private static final List<Health> HEALTH = new CopyOnWriteArrayList<>();
  private static final AtomicInteger WITHDRAWN = new AtomicInteger();
  private static final AtomicInteger SINKS_CLOSED = new AtomicInteger();
  private static volatile String target = "";
  private static volatile boolean refuses;
  private static volatile Runnable onWithdraw = () -> {};

  /** Made by ServiceLoader. */
  public RecordingSinkProvider() {}

  static RecordingSinkProvider forget() {
    REGISTERED.clear();
    HEALTH.clear();
    WITHDRAWN.set(0);
    SINKS_CLOSED.set(0);
    target = "";
    refuses = false;
    onWithdraw = () -> {};
    return new RecordingSinkProvider();
  }

  @Override
  public String scheme() {
    return "recorded";
  }

  @Override
  public EndpointSink open(String opened) {
    target = opened;
    return new Sink();
  }

  List<Endpoint> registered() {
    return List.copyOf(REGISTERED);
  }

  List<Health> health() {
    return List.copyOf(HEALTH);
  }

  int withdrawn() {
    return WITHDRAWN.get();
  }

  int sinksClosed() {
    return SINKS_CLOSED.get();
  }

  String target() {
    return target;
  }

  void refuse() {
    refuses = true;
  }

  void onWithdraw(Runnable action) {
    onWithdraw = action;
  }

  private static final class Sink implements EndpointSink {
    @Override
    public Registration register(Endpoint endpoint) {
      if (refuses) {
        throw new IllegalStateException("refused");
      }
      REGISTERED.add(endpoint);
      return new Registration() {
        @Override
        public void health(Health health) {
          HEALTH.add(health);
        }

        @Override
        public void close() {
          onWithdraw.run();
          WITHDRAWN.incrementAndGet();
        }
      };
    }

    @Override
    public void close() {
      SINKS_CLOSED.incrementAndGet();
    }
  }
}
