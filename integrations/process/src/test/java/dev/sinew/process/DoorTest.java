// SPDX-License-Identifier: Apache-2.0
package dev.sinew.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class DoorTest {
  private final TestDoor keeper = new TestDoor();
  private final AtomicInteger woken = new AtomicInteger();
  private final Door door = new Door("orders", keeper, woken::incrementAndGet);
  private final Member member = new Member("orders-1", 1, Instant.EPOCH, 0);

  @Test
  void words_are_told_once_in_order_and_not_before_their_time() {
    door.ready(member);
    door.unready(member);
    door.gone(member.id);
    assertThat(keeper.words()).isEmpty();
    door.tell();
    door.tell();
    assertThat(keeper.words())
        .containsExactly("ready orders-1", "unready orders-1", "gone orders-1");
  }

  @Test
  void the_loop_is_woken_when_a_member_is_let_go() {
    door.leaving(member);
    door.tell();
    assertThat(member.clear).isNotDone();
    assertThat(woken).hasValue(0);
    keeper.letGo(member.id);
    assertThat(member.clear).isCompleted();
    assertThat(woken).hasValue(1);
  }

  @Test
  void one_word_that_fails_holds_up_no_other() {
    keeper.defect = new IllegalStateException("broken");
    door.leaving(member);
    door.gone("orders-2");
    door.tell();
    assertThat(keeper.words()).containsExactly("leaving orders-1", "gone orders-2");
    assertThat(member.clear).isNotDone();
  }

  @Test
  void with_nobody_at_the_door_a_member_is_clear_at_once() {
    Door none = TestDoor.none();
    assertThat(none.kept()).isFalse();
    assertThat(door.kept()).isTrue();
    none.leaving(member);
    none.tell();
    assertThat(member.clear).isCompleted();
  }
}
