// SPDX-License-Identifier: Apache-2.0
package dev.sinew.prometheus;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sinew.autoscaler.signal.Metric;
import dev.sinew.prometheus.http.PrometheusTarget;
import dev.sinew.prometheus.server.PrometheusServer;
import dev.sinew.prometheus.server.TestExporter;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Credentials and certificates against the real server; what is wrong with them is one clear error. */
@Tag("prometheus")
class RealSecurityTest {
  // bcrypt of "test", from Prometheus' own documentation of its web configuration.
  private static final String HASH = "$2b$12$hNf2lSsxfm0.i4a.1kVpSOVyBCfIB51VRjgBUyv6kdnyTlgWj81Ay";
  private static final String WRONG = "wr0ng-s3cret";

  @TempDir
  Path folder;

  private final List<AutoCloseable> open = new ArrayList<>();
  private final List<String> logged = new java.util.concurrent.CopyOnWriteArrayList<>();
  private final Handler log = new Handler() {
    @Override
    public void publish(LogRecord record) {
      logged.add(new java.util.logging.SimpleFormatter().formatMessage(record));
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  };

  @BeforeEach
  void listen() {
    Logger.getLogger("dev.sinew.prometheus").addHandler(log);
  }

  @AfterEach
  void close() throws Exception {
    Logger.getLogger("dev.sinew.prometheus").removeHandler(log);
    for (AutoCloseable one : open) {
      one.close();
    }
  }

  @Test
  void a_wrong_secret_a_wrong_ca_and_a_wrong_address_are_one_clear_error_each() throws Exception {
    certificate("right");
    certificate("other");
    Path web = Files.writeString(
        folder.resolve("web.yml"),
        "tls_server_config: {cert_file: " + file("right.pem") + ", key_file: " + file("right.key")
            + "}\nbasic_auth_users: {ann: '" + HASH + "'}\n");
    TestExporter exporter = open(new TestExporter(() -> "g 7\n"));
    PrometheusServer server = open(PrometheusServer.start(
        PrometheusServer.scraping(Duration.ofMillis(500), "orders", exporter.target("r1")),
        "--web.config.file=" + web));
    PrometheusTarget bare = PrometheusTarget.at(server.http().toString());
    PrometheusTarget target = bare.withCa(file("right.pem"));

    PrometheusSignalSource good = source(target.withUser("ann", "test"));
    await(good, source -> !source.read(Instant.now()).isEmpty());
    assertThat(good.lastFailure()).isEmpty();

    said(target, "a token or a user is needed (status 401)");
    said(target.withUser("ann", WRONG), "the user or password is refused (status 401)");
    said(target.withToken(WRONG), "the token is refused (status 401)");
    said(bare, "the server's certificate does not stand up to Java's own CAs (");
    said(
        bare.withCa(file("other.pem")),
        "the server's certificate does not stand up to the CA in " + file("other.pem") + " (");
    String plain = server.http().toString().replace("https", "http");
    said(PrometheusTarget.at(plain), "it speaks TLS, and the address has no https");
    assertThat(logged).isNotEmpty().noneMatch(line -> line.contains(WRONG));
  }

  @Test
  void an_address_of_something_else_is_said_to_be_so() throws Exception {
    TestExporter other = open(new TestExporter(() -> "g 7\n"));
    String address = "http://" + other.target("").substring(1);
    said(PrometheusTarget.at(address), "it is not a Prometheus (status 404)");
    said(PrometheusTarget.at(address + "/metrics"), "it is no answer of a Prometheus: ");
    PrometheusServer plain =
        open(PrometheusServer.start(PrometheusServer.scraping(Duration.ofSeconds(1), "orders")));
    said(
        PrometheusTarget.at(plain.http().toString().replace("http", "https")),
        "no TLS connection (");
    other.close();
    said(PrometheusTarget.at(address), "connection refused");
    said(PrometheusTarget.at("http://no-such-host.invalid:9090"), "the host is unknown");
  }

  @Test
  void a_renewed_ca_is_taken_without_a_restart() throws Exception {
    certificate("right");
    certificate("other");
    Path web = Files.writeString(
        folder.resolve("web.yml"),
        "tls_server_config: {cert_file: " + file("right.pem") + ", key_file: " + file("right.key")
            + "}\n");
    TestExporter exporter = open(new TestExporter(() -> "g 7\n"));
    PrometheusServer server = open(PrometheusServer.start(
        PrometheusServer.scraping(Duration.ofMillis(500), "orders", exporter.target("r1")),
        "--web.config.file=" + web));
    Path ca = Files.copy(Path.of(file("other.pem")), folder.resolve("trusted.pem"));
    PrometheusSignalSource source =
        source(PrometheusTarget.at(server.http().toString()).withCa(ca.toString()));
    await(source, it -> it.lastFailure().contains("does not stand up to the CA in " + ca));
    Files.write(ca, Files.readAllBytes(Path.of(file("right.pem"))));
    await(source, it -> !it.read(Instant.now()).isEmpty());
  }

  @Test
  void a_ca_that_cannot_be_read_is_refused_at_once() throws Exception {
    Path empty = Files.writeString(folder.resolve("empty.pem"), "");
    for (String ca : List.of("/no/such/file", empty.toString())) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> source(PrometheusTarget.at("https://127.0.0.1:1").withCa(ca)))
          .withMessage("prometheus.ca: " + ca + " (expected: a readable file of PEM certificates)");
    }
  }

  private void said(PrometheusTarget target, String sentence) throws Exception {
    PrometheusSignalSource source = source(target);
    await(source, it -> it.lastFailure().contains(sentence));
    assertThat(source.lastFailure())
        .startsWith("in-flight: ")
        .doesNotContain(WRONG)
        .hasSizeLessThan(500);
    assertThat(source.read(Instant.now())).isEmpty();
    source.close();
  }

  private PrometheusSignalSource source(PrometheusTarget target) {
    return open(PrometheusSignalSource.start(
        target,
        PrometheusQueries.of("orders", Duration.ofSeconds(2))
            .with(Metric.IN_FLIGHT, "max by (replica) (g)"),
        Duration.ofSeconds(2),
        Duration.ofSeconds(6),
        InstantSource.system()));
  }

  private static void await(
      PrometheusSignalSource source, Predicate<PrometheusSignalSource> condition)
      throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(40);
    while (!condition.test(source)) {
      assertThat(System.nanoTime())
          .as("%s %s", source.failures(), source.lastFailure())
          .isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  private String file(String name) {
    return folder.resolve(name).toString();
  }

  /** A certificate for 127.0.0.1 that is its own CA, and its key, as PEM files. */
  private void certificate(String name) throws Exception {
    Path store = folder.resolve(name + ".p12");
    Process keytool = new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
            "-genkeypair",
            "-keyalg",
            "EC",
            "-alias",
            "server",
            "-dname",
            "CN=" + name,
            "-ext",
            "san=ip:127.0.0.1",
            "-storepass",
            "changeit",
            "-keystore",
            store.toString())
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("keytool.log").toFile())
        .start();
    assertThat(keytool.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(keytool.exitValue())
        .as(Files.readString(folder.resolve("keytool.log")))
        .isZero();
    KeyStore keys = KeyStore.getInstance("PKCS12");
    char[] password = "changeit".toCharArray();
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, password);
    }
    pem(name + ".pem", "CERTIFICATE", keys.getCertificate("server").getEncoded());
    pem(name + ".key", "PRIVATE KEY", keys.getKey("server", password).getEncoded());
  }

  private void pem(String name, String kind, byte[] der) throws Exception {
    String body = Base64.getMimeEncoder(64, "\n".getBytes(US_ASCII)).encodeToString(der);
    Files.writeString(
        folder.resolve(name),
        "-----BEGIN " + kind + "-----\n" + body + "\n-----END " + kind + "-----\n");
  }

  private <T extends AutoCloseable> T open(T one) {
    open.add(0, one);
    return one;
  }
}
