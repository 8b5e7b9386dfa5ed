// SPDX-License-Identifier: Apache-2.0
package dev.sinew.consul;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinew.consul.http.ConsulTarget;
import dev.sinew.consul.server.ConsulAgent;
import dev.sinew.consul.server.ConsulApi;
import dev.sinew.consul.server.TestServers;
import dev.sinew.endpoint.Endpoint;
import dev.sinew.endpoint.EndpointSink;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tokens and certificates against real agents; what is wrong with them is one clear error each. */
@Tag("consul")
class RealSecurityTest {
  private static final String MASTER = UUID.randomUUID().toString();
  private static final Endpoint ONE = Endpoint.of("10.0.0.1", 1);

  @TempDir
  Path folder;

  @Test
  void policies_decide_who_reads_and_who_writes() throws Exception {
    try (ConsulAgent agent = ConsulAgent.dev(
        "primary_datacenter = \"dc1\"",
        "acl { enabled = true, default_policy = \"deny\", tokens { master = \"" + MASTER
            + "\" } }")) {
      ConsulApi api = new ConsulApi(agent.http(), MASTER);
      String read = token(
          api,
          "read",
          "service_prefix \\\"\\\" { policy = \\\"read\\\" } "
              + "node_prefix \\\"\\\" { policy = \\\"read\\\" }");
      String write = token(api, "write", "service \\\"orders\\\" { policy = \\\"write\\\" }");
      try (LogLines log = new LogLines();
          EndpointSink refused = sink(agent, read);
          ConsulEndpointSource source = source(agent, read);
          ConsulEndpointSource wrong = source(agent, UUID.randomUUID().toString())) {
        LinkedBlockingQueue<List<Endpoint>> lists = new LinkedBlockingQueue<>();
        source.start(lists::add);
        wrong.start(list -> {});
        refused.register(ONE);
        Watched.until(() -> wrong.stats().trouble().contains("the token is refused"), wrong);
        Watched.until(() -> log.contains("id=10.0.0.1:1", "the token is refused"), log);
        try (EndpointSink sink = sink(agent, write)) {
          sink.register(ONE);
          List<Endpoint> list = List.of();
          while (list.isEmpty()) {
            list = lists.poll(20, TimeUnit.SECONDS);
            assertThat(list).isNotNull();
          }
          assertThat(list).containsExactly(ONE);
        }
        assertThat(log.count("state=failing", "the token is refused")).isEqualTo(2);
        assertThat(log.lines.toString()).doesNotContain(read, write, MASTER);
      }
    }
  }

  @Test
  void certificates_are_asked_for_and_checked_on_both_sides() throws Exception {
    consul("ca", "create");
    consul("cert", "create", "-server", "-additional-ipaddress=127.0.0.1");
    consul("cert", "create", "-client");
    consul("ca", "create", "-domain=other");
    try (ConsulAgent agent = ConsulAgent.dev(
        "ports { https = ${https} }",
        "verify_incoming_https = true",
        "ca_file = \"" + file("consul-agent-ca.pem") + "\"",
        "cert_file = \"" + file("dc1-server-consul-0.pem") + "\"",
        "key_file = \"" + file("dc1-server-consul-0-key.pem") + "\"")) {
      String target = "consul://" + agent.secureAuthority() + "/orders";
      String ca = "ca=" + file("consul-agent-ca.pem");
      String client = "&cert=" + file("dc1-client-consul-0.pem") + "&key="
          + file("dc1-client-consul-0-key.pem");
      String other = "ca=" + file("other-agent-ca.pem");
      try (EndpointSink sink = new ConsulEndpointSinkProvider().open(target + "?" + ca + client);
          Watched good = new Watched(target + "?" + ca + client);
          Watched wrongCa = new Watched(target + "?" + other + client);
          Watched unnamedCa = new Watched(target + "?tls=true");
          Watched anonymous = new Watched(target + "?" + ca);
          Watched plain = new Watched(target);
          Watched confused = new Watched("consul://" + agent.authority() + "/orders?" + ca)) {
        sink.register(ONE);
        assertThat(good.awaitSize(1)).containsExactly(ONE);
        wrongCa.awaitTrouble("does not stand up to the CA in " + file("other-agent-ca.pem"));
        unnamedCa.awaitTrouble("does not stand up to Java's own CAs");
        anonymous.awaitTrouble("no TLS connection (");
        plain.awaitTrouble("the agent speaks TLS, and the target has no tls=true");
        confused.awaitTrouble("no TLS connection (");
      }
    }
  }

  @Test
  void a_renewed_certificate_is_taken_without_a_restart() throws Exception {
    consul("ca", "create");
    consul("ca", "create", "-domain=other");
    consul("cert", "create", "-server", "-additional-ipaddress=127.0.0.1");
    Path ca = folder.resolve("trusted.pem");
    Files.copy(file("other-agent-ca.pem"), ca);
    try (ConsulAgent agent = ConsulAgent.dev(
            "ports { https = ${https} }",
            "cert_file = \"" + file("dc1-server-consul-0.pem") + "\"",
            "key_file = \"" + file("dc1-server-consul-0-key.pem") + "\"");
        Watched watched = new Watched("consul://" + agent.secureAuthority() + "/orders?ca=" + ca)) {
      watched.awaitTrouble("does not stand up to the CA in " + ca);
      Files.write(ca, Files.readAllBytes(file("consul-agent-ca.pem")));
      watched.awaitSize(0);
    }
  }

  private Path file(String name) {
    return folder.resolve(name);
  }

  private void consul(String... arguments) throws Exception {
    List<String> command =
        new ArrayList<>(List.of(TestServers.program("consul").toString(), "tls"));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command)
        .directory(folder.toFile())
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("consul-tls.log").toFile())
        .start();
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(command.toString()).isZero();
  }

  private static String token(ConsulApi api, String name, String rules) throws Exception {
    api.put("/v1/acl/policy", "{'Name':'" + name + "','Rules':'" + rules + "'}");
    String secret = UUID.randomUUID().toString();
    api.put("/v1/acl/token", "{'SecretID':'" + secret + "','Policies':[{'Name':'" + name + "'}]}");
    return secret;
  }

  private static ConsulTarget target(ConsulAgent agent, String token) {
    return ConsulTarget.parse(
        "consul://" + agent.authority() + "/orders?token-env=TOKEN", name -> token);
  }

  private static ConsulEndpointSource source(ConsulAgent agent, String token) {
    return new ConsulEndpointSource(target(agent, token));
  }

  private static EndpointSink sink(ConsulAgent agent, String token) {
    return new ConsulEndpointSink(target(agent, token));
  }

  /** What the package logs meanwhile. */
  private static final class LogLines extends Handler implements AutoCloseable {
    final List<String> lines = new java.util.concurrent.CopyOnWriteArrayList<>();
    private final Logger logger = Logger.getLogger("dev.sinew.consul");

    LogLines() {
      logger.addHandler(this);
    }

    boolean contains(String... words) {
      return count(words) > 0;
    }

    long count(String... words) {
      return lines.stream()
          .filter(line -> List.of(words).stream().allMatch(line::contains))
          .count();
    }

    @Override
    public void publish(LogRecord record) {
      lines.add(new java.util.logging.SimpleFormatter().formatMessage(record));
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
      logger.removeHandler(this);
    }

    @Override
    public String toString() {
      return lines.toString();
    }
  }
}
