// SPDX-License-Identifier: Apache-2.0
package dev.sinew.process;

import dev.sinew.Expect;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * What a {@link Doorkeeper} is to be told once it is recorded; whatever that does, the fleet goes on.
 */
final class Door {
  private static final System.Logger LOG = System.getLogger(Door.class.getName());

  private final String service;
  private final Doorkeeper keeper;
  private final Runnable wake;
  private final List<Runnable> untold = new ArrayList<>();
  private boolean failing;

  /**
   * Prepares.
   *
   * @param wake called from any thread when a member that leaves gets no more calls
   */
  Door(String service, Doorkeeper keeper, Runnable wake) {
    this.service = service;
    this.keeper = keeper;
    this.wake = wake;
  }

  /** Whether there is anyone to wait for. */
  boolean kept() {
    return keeper != Doorkeeper.NONE;
  }

  void ready(Member member) {
    member.atDoor = true;
    untold.add(() -> keeper.ready(member.id, member.port));
  }

  void unready(Member member) {
    member.atDoor = true;
    untold.add(() -> keeper.unready(member.id));
  }

  /** A member leaves; its {@link Member#clear} completes when it gets no more calls. */
  void leaving(Member member) {
    CompletableFuture<Void> clear = new CompletableFuture<>();
    member.clear = clear;
    untold.add(() -> keeper.leaving(member.id).whenComplete((nothing, failure) -> {
      if (failure == null) {
        clear.complete(null);
        wake.run();
      } else {
        warn(failure);
      }
    }));
  }

  void gone(String id) {
    untold.add(() -> keeper.gone(id));
  }

  /** Tells what has not been told. */
  void tell() {
    for (Runnable word : untold) {
      try {
        word.run();
        failing = false;
      } catch (RuntimeException | Error e) {
        if (!failing) {
          warn(e);
        }
        failing = true;
      }
    }
    untold.clear();
  }

  private void warn(Throwable failure) {
    LOG.log(
        Level.WARNING,
        () -> "doorkeeper failed service=" + service + " reason=\""
            + Expect.printable(String.valueOf(failure)) + "\"");
  }
}
