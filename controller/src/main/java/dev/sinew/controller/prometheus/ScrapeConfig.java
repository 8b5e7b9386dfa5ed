// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.prometheus;

import dev.sinew.Expect;
import dev.sinew.controller.config.ControllerConfig;
import dev.sinew.controller.config.FleetConfig;
import dev.sinew.controller.config.reference.SocketAddressForm;
import dev.sinew.controller.config.system.SignalConfig;
import dev.sinew.controller.config.system.SignalConfig.Source;
import java.time.Duration;
import java.util.Comparator;

/**
 * The configuration of a Prometheus server that scrapes a fleet: its replicas, as the controller lists
 * them, the controller itself, and HAProxy.
 *
 * <p>It holds no secret, only the name of the file that holds the controller's token.
 *
 * @param controller host and port of the controller as Prometheus reaches it, or empty for what the
 *     fleet file says
 * @param tokenFile of the file with the controller's token, from the configuration's own folder
 * @param rulesFile of the file of rules, from the same folder
 */
public record ScrapeConfig(String controller, String tokenFile, String rulesFile) {
  /** The job of the controller; rules speak of it. */
  static final String CONTROLLER_JOB = "sinew-controller";

  /** The job of all replicas; rules speak of it. */
  static final String REPLICAS_JOB = "sinew-replicas";

  private static final String ADDRESS =
      "([A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|\\[[0-9a-fA-F:.]{2,45}\\]):[1-9][0-9]{0,4}";
  private static final String FILE = "[A-Za-z0-9._/-]{1,1000}";
  private static final Duration UNHURRIED = Duration.ofSeconds(5);

  /** Checks that every part can stand in the file as it is. */
  public ScrapeConfig {
    boolean address =
        controller.isEmpty() || (controller.matches(ADDRESS) && port(controller) <= 65535);
    Expect.that(address, "--controller", controller, "host and port, as 127.0.0.1:7979");
    String plain = "a file name of letters, digits and . _ / -";
    Expect.that(tokenFile.matches(FILE), "--token-file", tokenFile, plain);
    Expect.that(rulesFile.matches(FILE), "--rules-file", rulesFile, plain);
  }

  private static int port(String address) {
    return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
  }

  /**
   * The whole file, for Prometheus 2.42 or newer.
   *
   * @throws IllegalArgumentException if the fleet file leaves the controller's port open and nobody
   *     named it
   */
  public String text(FleetConfig fleet) {
    String address = controller.isEmpty() ? address(fleet.controller()) : controller;
    Duration interval = interval(fleet);
    StringBuilder out = new StringBuilder();
    out.append(head(interval));
    replicas(out, address, fleet.controller());
    controller(out, address, fleet.controller());
    SocketAddressForm haproxy = fleet.haproxy() == null ? null : fleet.haproxy().metrics();
    if (haproxy != null) {
      haproxy(out, haproxy.text());
    }
    return out.append(clients()).toString();
  }

  /** As fast as the fastest service that follows Prometheus asks it, but at least every 5 s. */
  private static Duration interval(FleetConfig fleet) {
    return fleet.services().values().stream()
        .flatMap(service -> service.signals().stream())
        .filter(signals -> signals.source() == Source.PROMETHEUS)
        .map(SignalConfig::interval)
        .min(Comparator.naturalOrder())
        .filter(fastest -> fastest.compareTo(UNHURRIED) < 0)
        .orElse(UNHURRIED);
  }

  private static String address(ControllerConfig config) {
    Expect.that(
        config.port() > 0,
        "controller.listen",
        config.host() + ":0",
        "a port that is not 0, or --controller HOST:PORT");
    boolean everywhere = config.host().matches("0\\.0\\.0\\.0|[0:]*");
    String host = config.host().indexOf(':') < 0 ? config.host() : "[" + config.host() + "]";
    if (everywhere) {
      host = config.hosts().isEmpty() ? "127.0.0.1" : config.hosts().get(0);
    }
    return host + ":" + config.port();
  }

  private String head(Duration interval) {
    return """
        # What Prometheus scrapes of a fleet, 2.42 or newer. Written by `sinew prometheus config`. Check it with
        # `promtool check config FILE`, start it with
        #   prometheus --config.file=FILE --web.listen-address=127.0.0.1:9090
        #
        # Histograms are scraped in classic form, which the rules read. Native ones beside them: from 3.8 on
        # with `scrape_native_histograms: true` and `always_scrape_classic_histograms: true` in each job; from
        # 2.45 on with --enable-feature=native-histograms and `scrape_classic_histograms: true`. Not with
        # 2.42, which then drops the classic ones.
        global:
          scrape_interval: %s
          # Less than the interval, so that a replica that hangs is known to be down before the next scrape.
          scrape_timeout: %s
          evaluation_interval: 15s

        rule_files:
          # Written by `sinew prometheus rules`; beside this file.
          - %s

        scrape_configs:
        """.formatted(
            millis(interval.toMillis()), millis(interval.toMillis() * 4 / 5), rulesFile);
  }

  private static String millis(long millis) {
    return millis % 1000 == 0 ? millis / 1000 + "s" : millis + "ms";
  }

  private void replicas(StringBuilder out, String address, ControllerConfig config) {
    out.append("""
          # Every replica that serves metrics, as the controller lists it, with the labels service, replica, zone
          # and version. While the controller is gone Prometheus keeps the last list.
          - job_name: %s
            http_sd_configs:
              - url: http://%s/sd
                refresh_interval: 5s
        """.formatted(REPLICAS_JOB, address));
    token(out, config, "        ");
    out.append("""
            # Without a token the list names the controller, too, which has a job of its own below.
            relabel_configs:
              - {source_labels: [role], regex: controller, action: drop}
            # Beyond these bounds a replica counts as down.
            body_size_limit: 16MB
            sample_limit: 50000
            metric_relabel_configs:
              # A replica that calls other services names them itself; what it is becomes the label client.
              - source_labels: [__name__, service]
                regex: sinew_client_.+;(.+)
                target_label: client
              - source_labels: [__name__, exported_service]
                regex: sinew_client_.+;(.+)
                target_label: service
              - source_labels: [__name__]
                regex: sinew_client_.+
                target_label: exported_service
                replacement: ""

        """);
  }

  private void controller(StringBuilder out, String address, ControllerConfig config) {
    out.append("""
          # The controller: numbers, decisions, signals.
          - job_name: %s
            static_configs:
              - targets: ['%s']
        """.formatted(CONTROLLER_JOB, address));
    token(out, config, "    ");
    out.append('\n');
  }

  private void token(StringBuilder out, ControllerConfig config, String indent) {
    if (config.token() == null) {
      return;
    }
    String variable = config.token().variable();
    out.append("""
        # The file holds the controller's token, for Prometheus only:
        #   (umask 077 && printf %%s "$%s" > %s)
        authorization: {credentials_file: %s}
        """.formatted(variable, tokenFile, tokenFile).indent(indent.length()));
  }

  private static void haproxy(StringBuilder out, String address) {
    out.append("""
          # HAProxy's own statistics.
          - job_name: sinew-haproxy
            static_configs:
              - targets: ['%s']

        """.formatted(address));
  }

  private static String clients() {
    return """
          # Programs that only call services are in no list of the controller: name them here.
          # - job_name: sinew-clients
          #   static_configs:
          #     - targets: ['127.0.0.1:9464']
        """;
  }
}
