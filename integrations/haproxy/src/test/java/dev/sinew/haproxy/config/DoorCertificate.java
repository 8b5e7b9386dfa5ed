// SPDX-License-Identifier: Apache-2.0
package dev.sinew.haproxy.config;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;

/** A certificate for 127.0.0.1 that its own key has signed, made by the JDK's keytool. */
final class DoorCertificate {
  private static final String PASSWORD = "changeit";

  private DoorCertificate() {}

  /** Writes certificate and key to a file, as HAProxy wants them. */
  static Path write(Path folder, String name)
      throws IOException, InterruptedException, GeneralSecurityException {
    Path store = folder.resolve("keys.p12");
    List<String> command = List.of(
        Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
        "-genkeypair",
        "-alias",
        "door",
        "-keyalg",
        "EC",
        "-dname",
        "CN=localhost",
        "-ext",
        "san=ip:127.0.0.1",
        "-validity",
        "30",
        "-storetype",
        "PKCS12",
        "-keystore",
        store.toString(),
        "-storepass",
        PASSWORD);
    Process keytool = new ProcessBuilder(command).inheritIO().start();
    if (keytool.waitFor() != 0) {
      throw new IOException("keytool: status " + keytool.exitValue());
    }
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD.toCharArray());
    }
    Path file = folder.resolve(name);
    Files.writeString(
        file,
        pem("CERTIFICATE", keys.getCertificate("door").getEncoded())
            + pem("PRIVATE KEY", keys.getKey("door", PASSWORD.toCharArray()).getEncoded()));
    return file;
  }

  private static String pem(String what, byte[] content) {
    return "-----BEGIN " + what + "-----\n"
        + Base64.getMimeEncoder(64, "\n".getBytes(US_ASCII)).encodeToString(content)
        + "\n-----END " + what + "-----\n";
  }
}
