// SPDX-License-Identifier: Apache-2.0
package dev.sinew.consul.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PemFileTest {
  @TempDir
  Path folder;

  @ParameterizedTest
  @CsvSource({"RSA, 2048", "EC, 256", "EC, 384"})
  void a_pkcs8_key_is_read(String kind, int bits) throws Exception {
    PrivateKey key = generated(kind, bits);
    assertThat(read(pem("PRIVATE KEY", key.getEncoded()))).isEqualTo(key);
  }

  @Test
  void a_pkcs1_key_is_read() throws Exception {
    PrivateKey key = generated("RSA", 2048);
    // PKCS#8 of a 2048 bit key is 26 bytes of frame around PKCS#1.
    byte[] inner = Arrays.copyOfRange(key.getEncoded(), 26, key.getEncoded().length);
    assertThat(read(pem("RSA PRIVATE KEY", inner))).isEqualTo(key);
  }

  @Test
  void a_sec1_key_is_read_with_and_without_its_public_key() throws Exception {
    PrivateKey key = generated("EC", 256);
    // PKCS#8 of a P-256 key is 29 bytes, then version and key (37 bytes), and nothing more.
    String inner = HexFormat.of().formatHex(Arrays.copyOfRange(key.getEncoded(), 30, 67));
    String curve = "a00a06082a8648ce3d030107";
    String publicKey = "a144034200" + "04" + "11".repeat(64);
    for (String sec1 : List.of("3031" + inner + curve, "3077" + inner + curve + publicKey)) {
      assertThat(read(pem("EC PRIVATE KEY", HexFormat.of().parseHex(sec1)))).isEqualTo(key);
    }
  }

  @ParameterizedTest
  @CsvSource({"PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY", "ENCRYPTED PRIVATE KEY"})
  void what_is_no_key_is_one_clear_error_without_the_content(String kind) throws Exception {
    Path file = Files.writeString(folder.resolve("k.pem"), pem(kind, new byte[] {48, 3, 2, 1, 1}));
    assertThatThrownBy(() -> PemFile.key("consul.key", file.toString()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("consul.key: " + file
            + " (expected: a readable file with an unencrypted PEM private key, RSA or EC)");
  }

  @Test
  void a_file_that_is_missing_or_has_no_certificate_is_named() throws Exception {
    String missing = folder.resolve("none").toString();
    assertThatThrownBy(() -> PemFile.certificates("consul.ca", missing))
        .hasMessageStartingWith("consul.ca: " + missing + " (expected:");
    String other = Files.writeString(folder.resolve("x"), "x").toString();
    assertThatThrownBy(() -> PemFile.certificates("consul.ca", other))
        .hasMessageStartingWith("consul.ca: " + other + " (expected:");
  }

  private PrivateKey read(String pem) throws Exception {
    Path file = Files.writeString(folder.resolve("key.pem"), "a comment\n" + pem);
    return PemFile.key("consul.key", file.toString());
  }

  private static PrivateKey generated(String kind, int bits) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance(kind);
    generator.initialize(bits);
    return generator.generateKeyPair().getPrivate();
  }

  private static String pem(String kind, byte[] der) {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return "-----BEGIN " + kind + "-----\n" + body + "\n-----END " + kind + "-----\n";
  }
}
