// SPDX-License-Identifier: Apache-2.0
package dev.sinew.prometheus.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.Flow;
import org.junit.jupiter.api.Test;

class BoundedBodyTest {
  private boolean cancelled;

  @Test
  void a_body_of_the_bound_is_taken() {
    BoundedBody body = subscribed(4);
    body.onNext(List.of(ByteBuffer.wrap(new byte[] {1, 2}), ByteBuffer.wrap(new byte[] {3, 4})));
    body.onComplete();
    assertThat(body.getBody().toCompletableFuture().join()).containsExactly(1, 2, 3, 4);
  }

  @Test
  void a_longer_body_is_broken_off_as_it_arrives() {
    BoundedBody body = subscribed(4);
    body.onNext(List.of(ByteBuffer.allocate(3)));
    body.onNext(List.of(ByteBuffer.allocate(2)));
    assertThat(cancelled).isTrue();
    assertThatThrownBy(() -> body.getBody().toCompletableFuture().join())
        .hasMessageContaining("longer than 4 bytes");
  }

  private BoundedBody subscribed(int most) {
    BoundedBody body = new BoundedBody(most);
    body.onSubscribe(new Flow.Subscription() {
      @Override
      public void request(long n) {}

      @Override
      public void cancel() {
        cancelled = true;
      }
    });
    return body;
  }
}
