// SPDX-License-Identifier: Apache-2.0
package dev.sinew.haproxy;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.grpc.netty.GrpcSslContexts;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** A key of {@code localhost} and its own certificate, made anew. */
final class TestTls {
  private static final String PASSWORD = "changeit";

  private final Path certificate;
  private final KeyManagerFactory keys;

  private TestTls(Path certificate, KeyManagerFactory keys) {
    this.certificate = certificate;
    this.keys = keys;
  }

  static TestTls make(Path folder)
      throws IOException, InterruptedException, GeneralSecurityException {
    Path store = folder.resolve("keys.p12");
    keytool(
        store,
        "-genkeypair",
        "-keyalg",
        "EC",
        "-dname",
        "CN=localhost",
        "-ext",
        "SAN=DNS:localhost");
    Path certificate = folder.resolve("ca.pem");
    keytool(store, "-exportcert", "-rfc", "-file", certificate.toString());
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD.toCharArray());
    }
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(keys, PASSWORD.toCharArray());
    return new TestTls(certificate, factory);
  }

  /** Who is trusted, in PEM. */
  Path certificate() {
    return certificate;
  }

  SslContext grpc() throws IOException {
    return GrpcSslContexts.configure(SslContextBuilder.forServer(keys)).build();
  }

  HttpServer http(InetSocketAddress address) throws IOException {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), null, null);
      HttpsServer server = HttpsServer.create(address, 100);
      server.setHttpsConfigurator(new HttpsConfigurator(context));
      return server;
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
  }

  private static void keytool(Path store, String... what) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(
        List.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
    command.addAll(List.of(what));
    command.addAll(List.of("-alias", "replica", "-storetype", "PKCS12"));
    command.addAll(List.of("-keystore", store.toString(), "-storepass", PASSWORD));
    Process process = new ProcessBuilder(command).inheritIO().start();
    if (process.waitFor() != 0) {
      throw new IOException("keytool: status " + process.exitValue());
    }
  }
}
