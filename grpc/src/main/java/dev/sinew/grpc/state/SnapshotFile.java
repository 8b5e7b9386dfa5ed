// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc.state;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sinew.Expect;
import dev.sinew.endpoint.Endpoint;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A file with a list of endpoints that only its owner may read: written as a whole or not at all, with a
 * checksum and at most 8 MiB.
 *
 * @param identity of the target, without anything secret
 */
record SnapshotFile(Path path, String identity) {
  static final int LONGEST_BYTES = 8 * 1024 * 1024;

  private static final Pattern QUERY = Pattern.compile("\\?.*");
  private static final Pattern SCHEME = Pattern.compile("[a-zA-Z][a-zA-Z0-9+.-]{0,31}(?=:)");
  private static final String CHECKSUM = "sha256 ";

  /** The endpoints and when they were written. */
  record Content(Instant savedAt, List<Endpoint> endpoints) {
    Content {
      endpoints = List.copyOf(endpoints);
    }
  }

  /**
   * The file of a target. Its name tells targets apart by a digest, the query included; the file itself
   * shows the target without query.
   *
   * @param anonymous the target without anything secret
   */
  static SnapshotFile of(Path directory, String anonymous) {
    String digest = sha256(anonymous.getBytes(UTF_8));
    var scheme = SCHEME.matcher(anonymous);
    String name = (scheme.lookingAt() ? scheme.group() : "target") + "-" + digest.substring(0, 24);
    String shown = Expect.printable(QUERY.matcher(anonymous).replaceFirst(""));
    return new SnapshotFile(directory.resolve(name + ".endpoints"), shown + " " + digest);
  }

  /**
   * Reads it; null if there is none.
   *
   * @throws IOException if it cannot be read
   * @throws IllegalArgumentException if it is too long, corrupt, of another target or version, or may be
   *     written by others
   */
  @Nullable Content read() throws IOException {
    byte[] bytes;
    try {
      Expect.that(
          Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS) || Files.notExists(path),
          "snapshot",
          path,
          "a plain file");
      Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(path);
      boolean ours = !permissions.contains(PosixFilePermission.GROUP_WRITE)
          && !permissions.contains(PosixFilePermission.OTHERS_WRITE);
      Expect.that(
          ours,
          "snapshot",
          PosixFilePermissions.toString(permissions),
          "written by its owner only");
      try (InputStream in = Files.newInputStream(path, LinkOption.NOFOLLOW_LINKS)) {
        bytes = in.readNBytes(LONGEST_BYTES + 1);
      }
    } catch (NoSuchFileException e) {
      return null;
    }
    Expect.that(bytes.length <= LONGEST_BYTES, "snapshot", "longer", LONGEST_BYTES + " bytes");
    String text = new String(bytes, UTF_8);
    int end = text.lastIndexOf(CHECKSUM);
    String body = text.substring(0, Math.max(0, end));
    boolean whole =
        end > 0 && text.substring(end).equals(CHECKSUM + sha256(body.getBytes(UTF_8)) + "\n");
    Expect.that(whole, "snapshot", "a file", "with the right checksum");
    return SnapshotText.parse(body, identity);
  }

  /**
   * Replaces it in one step.
   *
   * @throws IllegalArgumentException if it would be too long
   */
  void write(Content content) throws IOException {
    String body = SnapshotText.format(content, identity);
    byte[] bytes = (body + CHECKSUM + sha256(body.getBytes(UTF_8)) + "\n").getBytes(UTF_8);
    Expect.that(
        bytes.length <= LONGEST_BYTES, "snapshot", bytes.length, LONGEST_BYTES + " bytes at most");
    Path directory = path.toAbsolutePath().getParent();
    if (directory == null) {
      throw new IOException(path + " has no folder");
    }
    if (!Files.isDirectory(directory)) {
      Files.createDirectories(
          directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
    Path fresh = Files.createTempFile(
        directory,
        ".endpoints",
        ".tmp",
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try {
      try (FileChannel out = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
          out.write(buffer);
        }
        out.force(true);
      }
      Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(fresh);
    }
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public String toString() {
    return Expect.printable(path.toString());
  }
}
