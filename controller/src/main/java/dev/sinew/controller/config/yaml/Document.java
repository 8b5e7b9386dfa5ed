// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.config.yaml;

import java.nio.file.Path;
import java.util.List;

/**
 * A YAML file of at most 1 MiB and what is wrong with it.
 *
 * <p>Whoever reads it asks a {@link Section} for one key after the other and always gets a value that
 * may be used: where the file's is missing or wrong, the one that was offered instead, and a finding.
 */
public final class Document {
  private final byte[] bytes;
  private final Findings findings;
  private final YamlNode root;
  private final boolean readable;

  private Document(byte[] bytes, Findings findings, YamlNode root, boolean readable) {
    this.bytes = bytes;
    this.findings = findings;
    this.root = root;
    this.readable = readable;
  }

  /** Reads a file; whatever it is, this throws nothing. */
  public static Document read(Path file) {
    Findings findings = new Findings();
    byte[] bytes = new byte[0];
    try {
      bytes = YamlFile.bytes(file);
      return new Document(bytes, findings, YamlParser.parse(YamlFile.text(bytes)), true);
    } catch (SyntaxException e) {
      findings.add(e);
      return new Document(bytes, findings, new YamlNode.Mapping(1, 1, List.of(), 1), false);
    }
  }

  /** The file's content; empty if it could not be read. */
  public byte[] bytes() {
    return bytes.clone();
  }

  /** What is wrong so far; it grows while the document is read. */
  public Findings findings() {
    return findings;
  }

  /** Whether it is YAML at all; if not, its {@link #root} is empty and that is a finding. */
  public boolean readable() {
    return readable;
  }

  /** The whole document, with the keys that it may have. */
  public Section root(List<String> keys) {
    return new Value(root, "", findings, false).section(keys);
  }
}
