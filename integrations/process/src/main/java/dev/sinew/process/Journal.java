// SPDX-License-Identifier: Apache-2.0
package dev.sinew.process;

import dev.sinew.process.FleetStatus.State;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * What a fleet must remember to be continued by another controller.
 *
 * <p>As text: a line with the version and the CRC-32C of the rest, a line of numbers, and a line for
 * each member.
 *
 * @param desired how many replicas there shall be
 * @param epoch the latest epoch of a decision
 * @param lastNumber the number of the youngest member ever
 * @param restarts how many children were replaced because they failed, ever
 * @param kills how many children needed SIGKILL, ever
 * @param members those that count, then those that leave
 */
record Journal(
    int desired, long epoch, int lastNumber, long restarts, long kills, List<Entry> members) {
  /** Of a fleet that has never been. */
  static final Journal EMPTY = new Journal(0, Long.MIN_VALUE, 0, 0, 0, List.of());

  /** A journal that is longer is none. */
  static final int LARGEST_BYTES = 4 << 20;

  private static final String HEAD = "sinew-fleet 1 ";
  private static final String NOTHING = "-";
  private static final int FIELDS = 12;
  private static final int LONGEST_FAILURE = 1024;
  private static final int MOST_MEMBERS = 10_000;

  Journal {
    members = List.copyOf(members);
  }

  /**
   * One member.
   *
   * @param id the replica's id
   * @param number counts up
   * @param port the port it was given, or 0 if it has not been started
   * @param process its process, or null if it was about to be started or waits
   * @param state where it is in its life
   * @param startedAt when it was started
   * @param readyAt when it became ready, or null
   * @param failures failures in a row in its place
   * @param restarts how often its place was filled anew
   * @param killAt when it gets SIGKILL, or null if it does not leave
   * @param fingerprint of the spec it was started from, or empty
   * @param lastFailure how the one before failed, in one line, or empty
   */
  record Entry(
      String id,
      int number,
      int port,
      @Nullable ProcessIdentity process,
      State state,
      Instant startedAt,
      @Nullable Instant readyAt,
      int failures,
      long restarts,
      @Nullable Instant killAt,
      String fingerprint,
      String lastFailure) {}

  /** Where a journal is kept. */
  @FunctionalInterface
  interface Sink {
    /** Keeps it; when this returns, it outlasts this process. */
    void write(Journal journal) throws IOException;
  }

  String text() {
    StringBuilder body = new StringBuilder();
    body.append(desired).append(' ').append(epoch).append(' ').append(lastNumber);
    body.append(' ').append(restarts).append(' ').append(kills).append('\n');
    for (Entry entry : members) {
      body.append(String.join(
              " ",
              entry.id,
              Integer.toString(entry.number),
              Integer.toString(entry.port),
              entry.process == null ? NOTHING : entry.process.toString(),
              entry.state.name(),
              entry.startedAt.toString(),
              entry.readyAt == null ? NOTHING : entry.readyAt.toString(),
              Integer.toString(entry.failures),
              Long.toString(entry.restarts),
              entry.killAt == null ? NOTHING : entry.killAt.toString(),
              entry.fingerprint.isEmpty() ? NOTHING : entry.fingerprint,
              oneLine(entry.lastFailure)))
          .append('\n');
    }
    return HEAD + checksum(body.toString()) + "\n" + body;
  }

  /**
   * Reads {@link #text}.
   *
   * @throws IOException if it is not exactly that
   */
  static Journal parse(String text) throws IOException {
    int end = text.indexOf('\n');
    if (end < 0 || !text.startsWith(HEAD)) {
      throw new IOException("it is no journal of this version");
    }
    String body = text.substring(end + 1);
    if (!text.substring(HEAD.length(), end).equals(checksum(body))) {
      throw new IOException("its checksum does not fit");
    }
    try {
      List<String> lines = body.lines().toList();
      String[] numbers = lines.get(0).split(" ", -1);
      List<Entry> entries = new ArrayList<>();
      for (String line : lines.subList(1, lines.size())) {
        entries.add(entry(line.split(" ", FIELDS)));
      }
      Journal journal = new Journal(
          Integer.parseInt(numbers[0]),
          Long.parseLong(numbers[1]),
          Integer.parseInt(numbers[2]),
          Long.parseLong(numbers[3]),
          Long.parseLong(numbers[4]),
          entries);
      journal.check();
      return journal;
    } catch (RuntimeException e) {
      throw new IOException("it holds what no fleet writes: " + e.getMessage(), e);
    }
  }

  private static Entry entry(String[] fields) {
    return new Entry(
        fields[0],
        Integer.parseInt(fields[1]),
        Integer.parseInt(fields[2]),
        fields[3].equals(NOTHING) ? null : identity(fields[3]),
        State.valueOf(fields[4]),
        Instant.parse(fields[5]),
        fields[6].equals(NOTHING) ? null : Instant.parse(fields[6]),
        Integer.parseInt(fields[7]),
        Long.parseLong(fields[8]),
        fields[9].equals(NOTHING) ? null : Instant.parse(fields[9]),
        fields[10].equals(NOTHING) ? "" : fields[10],
        fields[11]);
  }

  private static ProcessIdentity identity(String text) {
    ProcessIdentity identity = ProcessIdentity.parse(text);
    if (identity == null) {
      throw new IllegalArgumentException("process " + text);
    }
    return identity;
  }

  private void check() {
    boolean plausible = desired >= 0
        && desired <= ProcessScaleTarget.LARGEST_FLEET
        && lastNumber >= 0
        && members.size() <= MOST_MEMBERS;
    Set<String> ids = new HashSet<>();
    for (Entry entry : members) {
      plausible &= ids.add(entry.id)
          && ProcessSpec.ID.matcher(entry.id).matches()
          && entry.number <= lastNumber
          && entry.failures >= 0
          && (entry.port == 0 || Ports.has(entry.port))
          && (entry.process == null || entry.port != 0)
          && (entry.killAt != null) == (entry.state == State.DRAINING);
    }
    if (!plausible) {
      throw new IllegalArgumentException("implausible numbers");
    }
  }

  private static String oneLine(String text) {
    String line = text.replaceAll("\\p{Cntrl}", " ");
    return line.length() > LONGEST_FAILURE ? line.substring(0, LONGEST_FAILURE) : line;
  }

  private static String checksum(String body) {
    CRC32C crc = new CRC32C();
    crc.update(body.getBytes(StandardCharsets.UTF_8));
    return Long.toHexString(crc.getValue());
  }
}
