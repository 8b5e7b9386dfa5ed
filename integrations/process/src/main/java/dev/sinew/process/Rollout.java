// SPDX-License-Identifier: Apache-2.0
package dev.sinew.process;

import static java.util.Comparator.comparing;
import static java.util.Comparator.comparingInt;

import dev.sinew.process.FleetStatus.State;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Replaces the children of an earlier spec one by one: one more child than desired is started from the
 * present spec, and when it is ready an earlier one leaves, those that do not serve first, then the
 * oldest.
 *
 * <p>If the surplus one fails, its place is filled again after the back-off like any other, and none
 * leaves.
 */
final class Rollout {
  private static final int DIGITS = 12;
  private static final List<State> USELESS_FIRST =
      List.of(State.WAITING, State.STARTING, State.UNREADY, State.READY);

  private String present;
  private @Nullable Member surplus;

  Rollout(ProcessSpec spec) {
    this.present = fingerprint(spec);
  }

  /** What makes children of one spec differ from those of another: 12 hexadecimal digits. */
  static String fingerprint(ProcessSpec spec) {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
    for (Object part : List.of(
        spec.command().size(),
        String.join("\0", spec.command()),
        new TreeMap<>(spec.environment()),
        spec.portVariable(),
        spec.registry(),
        spec.onControllerLoss(),
        String.valueOf(spec.workingDirectory()))) {
      digest.update((part + "\0").getBytes(StandardCharsets.UTF_8));
    }
    return HexFormat.of().formatHex(digest.digest()).substring(0, DIGITS);
  }

  /** Sets what is wanted; returns whether it is news. */
  boolean update(ProcessSpec spec) {
    String before = present;
    present = fingerprint(spec);
    return !present.equals(before);
  }

  String present() {
    return present;
  }

  boolean outdated(Member member) {
    return member.child != null && !member.fingerprint.equals(present);
  }

  /** The one that is more than desired, or null. */
  @Nullable Member surplus() {
    return surplus;
  }

  /** Finds out which of more members than desired is the surplus one. */
  void resume(List<Member> members, int desired) {
    if (members.size() > desired && members.stream().anyMatch(this::outdated)) {
      surplus = members.stream()
          .filter(member -> !outdated(member))
          .max(comparingInt(member -> member.number))
          .orElse(null);
    }
  }

  /** The member that should go: a victim; else one that does not serve, is outdated, is young. */
  Member leastUseful(List<Member> members, List<String> victims) {
    return members.stream()
        .min(comparingInt((Member member) -> rank(victims.indexOf(member.id)))
            .thenComparingInt(member -> rank(USELESS_FIRST.indexOf(member.state)))
            .thenComparing(member -> !outdated(member))
            .thenComparing(comparingInt((Member member) -> member.number).reversed()))
        .orElseThrow();
  }

  private static int rank(int index) {
    return index < 0 ? Integer.MAX_VALUE : index;
  }

  /** How many more than desired there shall be. */
  int surge() {
    return surplus == null ? 0 : 1;
  }

  /** Begins a step with one more. */
  void begin(Member more) {
    surplus = more;
  }

  /** The surplus one is no more, or no more too many. */
  void settle() {
    surplus = null;
  }

  /** Says that another member has taken a place. */
  void replaced(Member before, Member after) {
    if (surplus == before) {
      surplus = after;
    }
  }

  /** Says that a member has left its place. */
  void left(Member member) {
    if (surplus == member) {
      surplus = null;
    }
  }

  /** Whether one more shall be started now. */
  boolean wantsOneMore(List<Member> members, Stream<Member> leaving) {
    return surplus == null
        && members.stream().anyMatch(this::outdated)
        && members.stream().allMatch(member -> outdated(member) || member.state == State.READY)
        && leaving.noneMatch(this::outdated);
  }

  /** The member that shall leave now, or null. */
  @Nullable Member leaves(List<Member> members) {
    Member more = surplus;
    if (more == null) {
      return null;
    }
    Member oldest = members.stream()
        .filter(this::outdated)
        .min(comparing((Member member) -> member.state == State.READY)
            .thenComparing(member -> member.number))
        .orElse(null);
    if (oldest == null) {
      return more;
    }
    return more.state == State.READY ? oldest : null;
  }

  /** How far it is, one sentence; empty when nothing is outdated. */
  String status(List<Member> members) {
    long outdated = members.stream().filter(this::outdated).count();
    if (outdated == 0) {
      return "";
    }
    String count = outdated + " of an earlier spec";
    return members.stream()
        .filter(member -> !outdated(member) && member.state != State.READY && member.failures > 0)
        .findFirst()
        .map(member -> "stopped with " + count + ": " + member.lastFailure)
        .orElse("going on with " + count);
  }
}
