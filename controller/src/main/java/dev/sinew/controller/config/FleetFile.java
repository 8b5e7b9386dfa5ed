// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.config;

import dev.sinew.controller.config.Problem.Severity;
import dev.sinew.controller.config.reference.Surroundings;
import dev.sinew.controller.config.yaml.Document;
import dev.sinew.controller.config.yaml.Findings.Finding;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.spec.KeySpec;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * What reading a fleet file gave.
 *
 * @param config the settings, or null if there is an error
 * @param problems in the file's order
 * @param digest of the file's bytes and of the secrets' values, in hexadecimal: another one means
 *     another configuration
 */
public record FleetFile(@Nullable FleetConfig config, List<Problem> problems, String digest) {
  private static final int ROUNDS = 1_000;

  /** Copies the list. */
  public FleetFile {
    problems = List.copyOf(problems);
  }

  /**
   * Reads and checks a file; never throws for anything it may hold, be it a directory.
   *
   * @param environment where secrets come from; one that is not set is an error
   */
  public static FleetFile read(Path file, Map<String, String> environment) {
    return read(file, environment, true);
  }

  /**
   * Reads and checks a file where it may not run: a secret that is not set is a warning, and empty.
   *
   * @param environment where secrets come from
   */
  public static FleetFile check(Path file, Map<String, String> environment) {
    return read(file, environment, false);
  }

  private static FleetFile read(Path file, Map<String, String> environment, boolean strict) {
    Path parent = file.toAbsolutePath().normalize().getParent();
    Surroundings surroundings =
        new Surroundings(parent == null ? file.toAbsolutePath() : parent, environment, strict);
    Document document = Document.read(file);
    FleetConfig config = new FleetReader(document, surroundings).read(file);
    List<Problem> problems = document.findings().list().stream()
        .map(finding -> problem(file.toString(), finding))
        .toList();
    return new FleetFile(config, problems, digest(document.bytes(), surroundings.used()));
  }

  private static Problem problem(String file, Finding finding) {
    return new Problem(
        file,
        finding.line(),
        finding.column(),
        finding.path(),
        finding.message(),
        finding.error() ? Severity.ERROR : Severity.WARNING);
  }

  /** With secrets it is slow to compute, so that nobody finds a short one by trying. */
  private static String digest(byte[] file, Map<String, String> secrets) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(file);
      if (!secrets.isEmpty()) {
        KeySpec spec =
            new PBEKeySpec(secrets.toString().toCharArray(), digest, ROUNDS, digest.length * 8);
        digest = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
            .generateSecret(spec)
            .getEncoded();
      }
      return HexFormat.of().formatHex(digest);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The problems that forbid the file. */
  public List<Problem> errors() {
    return problems.stream()
        .filter(problem -> problem.severity() == Severity.ERROR)
        .toList();
  }
}
