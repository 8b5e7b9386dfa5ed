// SPDX-License-Identifier: Apache-2.0
package dev.sinew.consul.http;

import dev.sinew.Expect;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * Whom an agent must be signed by and what a client shows for itself: names of PEM files.
 *
 * <p>The agent's certificate must always be valid for the host that it is reached by.
 *
 * @param on whether agents are reached by TLS
 * @param ca certificates that agents' are signed by, or empty for those that Java trusts
 * @param certificate the client's own with its chain, or empty for none
 * @param key the private key of {@code certificate}: PKCS#8, PKCS#1 or SEC 1, not encrypted
 */
public record Tls(boolean on, String ca, String certificate, String key) {
  /** No TLS. */
  public static final Tls OFF = new Tls(false, "", "", "");

  /** Refuses files without TLS, and one of certificate and key without the other. */
  public Tls {
    Expect.that(
        on || (ca.isEmpty() && certificate.isEmpty() && key.isEmpty()),
        "consul.tls",
        false,
        "true with ca, cert or key");
    Expect.that(
        certificate.isEmpty() == key.isEmpty(), "consul.cert", certificate, "with its consul.key");
  }

  /**
   * What connections are made with.
   *
   * @throws IllegalArgumentException if a file cannot be read or is not what it should be
   */
  SSLContext context() {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys(), trust(), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalArgumentException(Expect.message("consul.tls", this, "usable files"), e);
    }
  }

  private TrustManager @Nullable [] trust() throws GeneralSecurityException, IOException {
    if (ca.isEmpty()) {
      return null;
    }
    KeyStore store = empty();
    int count = 0;
    for (Certificate certificateOfCa : PemFile.certificates("consul.ca", ca)) {
      store.setCertificateEntry("ca-" + count++, certificateOfCa);
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory.getTrustManagers();
  }

  private KeyManager @Nullable [] keys() throws GeneralSecurityException, IOException {
    if (certificate.isEmpty()) {
      return null;
    }
    List<Certificate> chain = PemFile.certificates("consul.cert", certificate);
    KeyStore store = empty();
    // The store lives in memory only, so its password protects nothing.
    char[] password = {};
    store.setKeyEntry(
        "client", PemFile.key("consul.key", key), password, chain.toArray(Certificate[]::new));
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store, password);
    return factory.getKeyManagers();
  }

  private static KeyStore empty() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }
}
