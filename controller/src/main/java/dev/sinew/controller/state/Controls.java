// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.state;

import dev.sinew.Expect;
import dev.sinew.autoscaler.policy.Hold;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Who paused what and why; kept on disk, so that a restart lifts nothing.
 *
 * <p>A file that cannot be read holds everything: somebody may have pulled the kill switch, and what
 * is unknown must not move.
 */
public final class Controls {
  private static final int LONGEST_TEXT = 1000;
  private static final int LARGEST_FILE = 1 << 20;
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Path file;
  private volatile Said said;

  private Controls(Path file, Said said) {
    this.file = file;
    this.said = said;
  }

  /** Reads the file, which need not exist. */
  public static Controls read(Path file, Instant now) {
    try {
      if (Files.size(file) > LARGEST_FILE) {
        return new Controls(file, Said.unreadable(file, "it is too large", now));
      }
      Said said = JSON.readValue(Files.readString(file), Said.class);
      return new Controls(file, whole(said) ? said : Said.unreadable(file, "it is not whole", now));
    } catch (NoSuchFileException e) {
      return new Controls(file, new Said(null, Map.of()));
    } catch (IOException | JacksonException | IllegalArgumentException e) {
      return new Controls(file, Said.unreadable(file, e.getClass().getSimpleName(), now));
    }
  }

  /** Why a service is held, the kill switch first; or null. */
  public @Nullable Hold of(String service) {
    Said now = said;
    return now.all() != null ? now.all() : now.services().get(service);
  }

  /** The kill switch, or null. */
  public @Nullable Hold all() {
    return said.all();
  }

  /**
   * Holds a service, or with null all of them.
   *
   * @throws UncheckedIOException if it cannot be written; nothing has changed then
   */
  public synchronized void pause(@Nullable String service, Hold hold) {
    checked("by", hold.by());
    checked("why", hold.why());
    Map<String, Hold> services = new TreeMap<>(said.services());
    if (service != null) {
      services.put(service, hold);
    }
    write(new Said(service == null ? hold : said.all(), services));
  }

  /**
   * Lifts the hold of a service, or with null the kill switch.
   *
   * @throws UncheckedIOException if it cannot be written; nothing has changed then
   */
  public synchronized void resume(@Nullable String service) {
    Map<String, Hold> services = new TreeMap<>(said.services());
    if (service != null) {
      services.remove(service);
    }
    write(new Said(service == null ? null : said.all(), services));
  }

  private void write(Said next) {
    try {
      AtomicFile.write(file, JSON.writeValueAsString(next));
    } catch (IOException e) {
      throw new UncheckedIOException(
          Expect.message("controls", file, "a file that can be written; nothing has changed"), e);
    }
    said = next;
  }

  /** Jackson leaves null where the file says nothing. */
  private static boolean whole(@Nullable Said said) {
    if (said == null) {
      return false;
    }
    Stream<Hold> holds =
        Stream.concat(Stream.ofNullable(said.all()), said.services().values().stream());
    return holds.allMatch(
        hold -> Stream.of(hold.by(), hold.why(), hold.since()).allMatch(Objects::nonNull));
  }

  private static void checked(String name, String text) {
    Expect.that(
        !text.isBlank() && text.length() <= LONGEST_TEXT,
        name,
        text,
        "1 to " + LONGEST_TEXT + " characters");
  }

  private record Said(@Nullable Hold all, Map<String, Hold> services) {
    Said {
      services = Map.copyOf(services);
    }

    static Said unreadable(Path file, String why, Instant now) {
      String because = file + " cannot be read (" + why + "); resume all to go on";
      return new Said(new Hold("sinew", because, now), Map.of());
    }
  }
}
