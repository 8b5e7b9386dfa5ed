// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.dashboard;

import org.jspecify.annotations.Nullable;

/** A history as a stream: replicas with every second word, the rest as it comes. */
final class HistoryFeed implements LiveStream.Source {
  private final LiveHistory history;
  private LiveHistory.Cursor sent = LiveHistory.Cursor.START;
  private boolean rowsTurn;

  HistoryFeed(LiveHistory history) {
    this.history = history;
  }

  @Override
  public LiveStream.Greeting greet(boolean others) {
    LiveHistory.Snapshot news;
    LiveHistory.Snapshot all;
    synchronized (history) {
      news = history.since(sent, true);
      all = history.snapshot();
    }
    sent = all.cursor();
    return new LiveStream.Greeting(
        others && !news.empty() ? LiveJson.news(news) : null, LiveJson.hello(history.run(), all));
  }

  @Override
  public @Nullable String news() {
    rowsTurn = !rowsTurn;
    LiveHistory.Snapshot news = history.since(sent, rowsTurn);
    sent = news.cursor();
    return news.empty() ? null : LiveJson.news(news);
  }
}
