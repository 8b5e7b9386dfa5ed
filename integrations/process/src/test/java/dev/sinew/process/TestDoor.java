// SPDX-License-Identifier: Apache-2.0
package dev.sinew.process;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A doorkeeper that writes down what it hears and lets members go when the test says so. */
final class TestDoor implements Doorkeeper {
  final List<Word> heard = new CopyOnWriteArrayList<>();
  final Map<String, CompletableFuture<Void>> leaving = new ConcurrentHashMap<>();

  /** Lets everybody go at once. */
  volatile boolean open;

  /** Thrown by each call. */
  volatile @Nullable RuntimeException defect;

  /** Runs before each word is written down. */
  volatile Runnable before = () -> {};

  /** Something that was said, and when. */
  record Word(String what, String id, Instant at) {}

  static Door none() {
    return new Door("test", Doorkeeper.NONE, () -> {});
  }

  Door door() {
    return new Door("test", this, () -> {});
  }

  /** What was said, in order: {@code ready a-1}. */
  List<String> words() {
    return heard.stream().map(word -> word.what + " " + word.id).toList();
  }

  Instant when(String what, String id) {
    return heard.stream()
        .filter(word -> word.what.equals(what) && word.id.equals(id))
        .findFirst()
        .orElseThrow()
        .at;
  }

  void letGo(String id) {
    stage(id).complete(null);
  }

  void fail(String id) {
    stage(id).completeExceptionally(new IllegalStateException("lost"));
  }

  private CompletableFuture<Void> stage(String id) {
    CompletableFuture<Void> stage = leaving.get(id);
    if (stage == null) {
      throw new AssertionError(id + " is not leaving: " + words());
    }
    return stage;
  }

  @Override
  public void ready(String id, int port) {
    hear("ready", id);
  }

  @Override
  public void unready(String id) {
    hear("unready", id);
  }

  @Override
  public CompletionStage<Void> leaving(String id) {
    CompletableFuture<Void> stage = new CompletableFuture<>();
    leaving.put(id, stage);
    hear("leaving", id);
    if (open) {
      stage.complete(null);
    }
    return stage;
  }

  @Override
  public void gone(String id) {
    hear("gone", id);
  }

  private void hear(String what, String id) {
    before.run();
    heard.add(new Word(what, id, Instant.now()));
    if (defect != null) {
      throw defect;
    }
  }
}
