// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.registry;

import dev.sinew.controller.registry.Instance.Check;
import dev.sinew.controller.registry.RegistryEntry.Status;
import dev.sinew.controller.registry.ServiceDefinition.CheckDefinition;
import dev.sinew.controller.state.AtomicFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a registry remembers on disk: one file, replaced as a whole at most four times a second, for its
 * owner's eyes only, up to 64 MiB, with a checksum. A disk that takes no more is counted, said once and
 * tried again every five seconds; the registry goes on.
 */
final class RegistrySnapshot implements Closeable {
  private static final System.Logger LOG = System.getLogger(RegistrySnapshot.class.getName());
  private static final String MAGIC = "sinew-registry 1 ";
  private static final int HEAD = MAGIC.length() + 64 + 1;
  private static final int LARGEST = 64 << 20;
  private static final long CALM_MILLIS = 200;
  private static final long RETRY_MILLIS = 5000;
  // More than the changes that a kill between two writes can have kept from the file.
  private static final long INDEX_LEAP = 100_000;
  private static final JsonMapper JSON = JsonMapper.shared();

  private final Path file;
  private final Supplier<Content> content;
  private final AtomicBoolean due = new AtomicBoolean();
  private final AtomicLong failures = new AtomicLong();
  private final ScheduledThreadPoolExecutor writer =
      new ScheduledThreadPoolExecutor(1, RegistrySnapshot::thread);
  private boolean failing; // the writer's

  RegistrySnapshot(Path file, Supplier<Content> content) {
    this.file = file;
    this.content = content;
    writer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  /** What a file holds, or null if there is none or it is damaged. */
  static @Nullable Content read(Path file) {
    try {
      if (!Files.exists(file)) {
        return null;
      }
      long size = Files.size(file);
      if (size < HEAD || size > LARGEST) {
        throw new IOException("size " + size);
      }
      byte[] all = Files.readAllBytes(file);
      byte[] body = Arrays.copyOfRange(all, HEAD, all.length);
      if (!Arrays.equals(head(body), Arrays.copyOf(all, HEAD))) {
        throw new IOException("checksum");
      }
      return JSON.readValue(body, Content.class);
    } catch (IOException | JacksonException | IllegalArgumentException e) {
      LOG.log(System.Logger.Level.WARNING, "registry file={0} state=ignored reason={1}", file, e);
      return null;
    }
  }

  /** An index above every one that the registry before can have told. */
  static long indexAfter(@Nullable Content before, Instant now) {
    // Milliseconds since 1970: without a file, still above every index of an earlier run.
    long byClock = Math.max(1, now.toEpochMilli());
    return before == null ? byClock : Math.max(byClock, before.index() + INDEX_LEAP);
  }

  /** Says that there is something new to remember; returns at once. */
  void changed() {
    if (due.compareAndSet(false, true)) {
      writeAfter(CALM_MILLIS);
    }
  }

  /** How often it could not be written. */
  long failures() {
    return failures.get();
  }

  /** Writes what is not written yet. */
  @Override
  public void close() {
    writer.shutdown();
    try {
      if (!writer.awaitTermination(5, TimeUnit.SECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    if (due.getAndSet(false)) {
      write();
    }
  }

  private void writeAfter(long millis) {
    try {
      var unused = writer.schedule(this::write, millis, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      // The registry is closing, and writes by itself.
    }
  }

  private void write() {
    due.set(false); // before it looks, so that no change falls between
    try {
      byte[] body = JSON.writeValueAsBytes(content.get());
      if (body.length + HEAD > LARGEST) {
        throw new IOException("too large: " + body.length + " bytes");
      }
      AtomicFile.write(
          file,
          new String(head(body), StandardCharsets.UTF_8)
              + new String(body, StandardCharsets.UTF_8));
      if (failing) {
        LOG.log(System.Logger.Level.INFO, "registry file={0} state=written", file);
      }
      failing = false;
    } catch (IOException | RuntimeException e) {
      failures.incrementAndGet();
      if (!failing) {
        LOG.log(System.Logger.Level.WARNING, "registry file={0} state=unwritten {1}", file, e);
      }
      failing = true;
      if (due.compareAndSet(false, true)) {
        writeAfter(RETRY_MILLIS);
      }
    }
  }

  private static byte[] head(byte[] body) {
    try {
      String sum = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(body));
      return (MAGIC + sum + "\n").getBytes(StandardCharsets.US_ASCII);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static Thread thread(Runnable task) {
    Thread thread = new Thread(task, "sinew-registry-file");
    thread.setDaemon(true);
    return thread;
  }

  /**
   * The registry at one moment.
   *
   * @param index the greatest that was told
   */
  record Content(long index, List<Remembered> instances) {
    Content {
      instances = List.copyOf(instances);
    }
  }

  /** An instance; its definition names no checks. */
  record Remembered(
      ServiceDefinition definition,
      long createIndex,
      long modifyIndex,
      List<RememberedCheck> checks) {
    Remembered {
      checks = List.copyOf(checks);
    }

    static Remembered of(Instance instance) {
      return new Remembered(
          instance.definition,
          instance.createIndex,
          instance.modifyIndex,
          instance.checks.values().stream().map(RememberedCheck::of).toList());
    }

    Instance instance(Instant now) {
      Instance instance = new Instance(definition, createIndex, modifyIndex);
      for (RememberedCheck one : checks) {
        Check check = new Check(one.definition, definition.id(), one.createIndex, now);
        check.modifyIndex = one.modifyIndex;
        check.status = one.status;
        check.output = one.output;
        instance.checks.put(one.definition.id(), check);
      }
      return instance;
    }
  }

  /** A check; its deadline is not remembered, for a new one begins. */
  record RememberedCheck(
      CheckDefinition definition,
      Status status,
      String output,
      long createIndex,
      long modifyIndex) {
    static RememberedCheck of(Check check) {
      return new RememberedCheck(
          check.definition, check.status, check.output, check.createIndex, check.modifyIndex);
    }
  }
}
