// SPDX-License-Identifier: Apache-2.0
package dev.sinew.prometheus.http;

import dev.sinew.Expect;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Arrays;
import java.util.Collection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** The certificates of a PEM file as what a server's must be signed by. */
final class Trust {
  private static final int LARGEST = 1024 * 1024;
  private static final String CONSTRAINT = "a readable file of PEM certificates";

  private final String file;
  private final byte[] pem;
  private final SSLContext context;

  private Trust(String file, byte[] pem, SSLContext context) {
    this.file = file;
    this.pem = pem;
    this.context = context;
  }

  /**
   * Reads a file.
   *
   * @throws IllegalArgumentException if it cannot be read or holds no certificate
   */
  static Trust in(String file) {
    byte[] pem = read(file);
    try {
      Collection<? extends Certificate> all = CertificateFactory.getInstance("X.509")
          .generateCertificates(new ByteArrayInputStream(pem));
      Expect.that(!all.isEmpty(), "prometheus.ca", file, CONSTRAINT);
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      int count = 0;
      for (Certificate certificate : all) {
        store.setCertificateEntry("ca-" + count++, certificate);
      }
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, factory.getTrustManagers(), null);
      return new Trust(file, pem, context);
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalArgumentException(Expect.message("prometheus.ca", file, CONSTRAINT), e);
    }
  }

  SSLContext context() {
    return context;
  }

  /** What the file holds now: this, if it is as it was or cannot be used. */
  Trust renewed() {
    try {
      return Arrays.equals(read(file), pem) ? this : in(file);
    } catch (IllegalArgumentException e) {
      return this;
    }
  }

  private static byte[] read(String file) {
    try (InputStream in = Files.newInputStream(Path.of(file))) {
      byte[] bytes = in.readNBytes(LARGEST + 1);
      Expect.that(bytes.length <= LARGEST, "prometheus.ca", file, "at most 1 MiB");
      return bytes;
    } catch (IOException e) {
      throw new IllegalArgumentException(Expect.message("prometheus.ca", file, CONSTRAINT), e);
    }
  }
}
