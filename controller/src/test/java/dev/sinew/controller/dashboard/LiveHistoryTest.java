// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LiveHistoryTest {
  private final LiveHistory history = new LiveHistory(FakeRun.info("run"));

  @Test
  void a_point_that_is_not_later_is_dropped() {
    assertThat(history.add(point(5, 1))).isTrue();
    assertThat(history.add(point(5, 2))).isFalse();
    assertThat(history.add(point(4, 3))).isFalse();
    assertThat(history.snapshot().points()).containsExactly(point(5, 1));
  }

  @Test
  void what_is_new_since_a_cursor_is_exactly_what_was_added_after_it() {
    history.add(point(1, 1));
    history.add(LiveEvent.event(1, "before"));
    LiveHistory.Cursor seen = history.snapshot().cursor();
    assertThat(history.since(seen, true).empty()).isTrue();
    history.add(point(2, 2));
    history.add(LiveEvent.fault(2, "after"));
    history.replicas(List.of(FakeRun.row("a")));
    LiveHistory.Snapshot news = history.since(seen, true);
    assertThat(news.points()).containsExactly(point(2, 2));
    assertThat(news.events()).extracting(LiveHistory.Numbered::label).containsExactly("F1");
    assertThat(news.rowTotal()).isOne();
    assertThat(history.since(news.cursor(), true).empty()).isTrue();
  }

  @Test
  void rows_that_were_not_wanted_are_still_new_the_next_time() {
    history.replicas(List.of(FakeRun.row("a")));
    LiveHistory.Snapshot without = history.since(LiveHistory.Cursor.START, false);
    assertThat(without.empty()).isTrue();
    assertThat(history.since(without.cursor(), true).rows()).hasSize(1);
  }

  @Test
  void the_same_rows_again_are_no_news() {
    history.replicas(List.of(FakeRun.row("a")));
    LiveHistory.Cursor seen = history.snapshot().cursor();
    history.replicas(List.of(FakeRun.row("a")));
    assertThat(history.since(seen, true).empty()).isTrue();
  }

  @Test
  void rows_beyond_a_thousand_are_counted_and_not_kept() {
    history.replicas(Collections.nCopies(1234, FakeRun.row("a")));
    assertThat(history.snapshot().rows()).hasSize(LiveHistory.MOST_ROWS);
    assertThat(history.snapshot().rowTotal()).isEqualTo(1234);
  }

  @Test
  void only_the_latest_thousand_events_are_kept_and_keep_their_numbers() {
    for (int i = 0; i < 2500; i++) {
      history.add(LiveEvent.decision(i, i, i + 1, "decision " + i));
    }
    List<LiveHistory.Numbered> kept = history.snapshot().events();
    assertThat(kept).hasSize(LiveHistory.MOST_EVENTS);
    assertThat(kept.get(0).label()).isEqualTo("D1501");
    assertThat(kept.get(999).event().text()).isEqualTo("decision 2499");
  }

  private static LivePoint point(double at, double offered) {
    return new LivePoint(at, offered, offered, 0, 5, 9, 1, 1, 0, 0);
  }
}
