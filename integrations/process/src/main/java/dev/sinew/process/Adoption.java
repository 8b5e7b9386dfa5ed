// SPDX-License-Identifier: Apache-2.0
package dev.sinew.process;

import dev.sinew.process.FleetStatus.State;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What an earlier controller has left in a {@link StateFolder}: a journal, and which of its members
 * live.
 *
 * <p>The pid files speak for the children, the journal for the fleet. A child that the journal does
 * not know was started while it could not be written, so the journal is behind and its desired
 * number may be too low: then as many are desired as live.
 *
 * @param journal what to continue, members that the journal does not know included
 * @param living the process of each member that has one, by id
 */
record Adoption(Journal journal, Map<String, ProcessIdentity> living) {
  Adoption {
    living = Map.copyOf(living);
  }

  /**
   * Looks; afterwards no child of an earlier controller comes to life any more.
   *
   * @throws IOException if the folder cannot be read, or an intent in it not be decided
   */
  static Adoption of(StateFolder folder, Instant now) throws IOException {
    Journal journal = folder.read();
    if (journal == null) {
      journal = Journal.EMPTY;
    }
    Map<String, PidFile> left = PidFile.living(folder.path(), now);
    Map<String, ProcessIdentity> living = new HashMap<>();
    for (Journal.Entry entry : journal.members()) {
      ProcessIdentity process = entry.process();
      PidFile file = left.remove(entry.id());
      if (file == null && process == null && entry.port() != 0) {
        file = PidFile.claim(folder.path(), entry.id());
      }
      if (file != null) {
        process = file.identity();
      }
      if (process != null && process.alive()) {
        living.put(entry.id(), process);
      }
    }
    left.forEach((id, file) -> living.put(id, file.identity()));
    return new Adoption(with(journal, left, living, now), living);
  }

  /** The journal with children that it does not know. */
  static Journal with(
      Journal journal,
      Map<String, PidFile> unknown,
      Map<String, ProcessIdentity> living,
      Instant now) {
    if (unknown.isEmpty()) {
      return journal;
    }
    List<Journal.Entry> entries = new ArrayList<>(journal.members());
    int last = journal.lastNumber();
    for (Map.Entry<String, PidFile> child : unknown.entrySet()) {
      PidFile file = child.getValue();
      last++;
      Instant startedAt = ProcessHandle.of(file.identity().pid())
          .flatMap(handle -> handle.info().startInstant())
          .orElse(now);
      entries.add(new Journal.Entry(
          child.getKey(),
          last,
          file.port(),
          file.identity(),
          State.STARTING,
          startedAt,
          null,
          0,
          0,
          null,
          file.fingerprint(),
          ""));
    }
    long serving = entries.stream()
        .filter(entry -> entry.state() != State.DRAINING && living.containsKey(entry.id()))
        .count();
    return new Journal(
        Math.max(journal.desired(), (int) serving),
        journal.epoch(),
        last,
        journal.restarts(),
        journal.kills(),
        entries);
  }
}
