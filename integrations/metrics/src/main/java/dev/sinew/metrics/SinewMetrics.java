// SPDX-License-Identifier: Apache-2.0
package dev.sinew.metrics;

import dev.sinew.Expect;
import dev.sinew.grpc.observe.ChannelFigures;
import dev.sinew.grpc.observe.ChannelObserver;
import dev.sinew.grpc.observe.Observer;
import dev.sinew.grpc.observe.ServerObserver;
import dev.sinew.load.LoadReport;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Metrics of servers and channels for Prometheus.
 *
 * <p>In an application with metrics of its own, in its registry and so on its port:
 *
 * <pre>{@code
 * SinewServers.install(…).observe(SinewMetrics.in(registry))
 * SinewChannels.forTarget(…).observe(SinewMetrics.in(registry))
 * }</pre>
 *
 * <p>Micrometer's {@code PrometheusMeterRegistry} is made on such a registry, too. An application without
 * any: {@code .observe(SinewMetrics.serve())}.
 *
 * <p>Series are bounded: 200 methods on each side and 100 called services, further ones are {@code other}
 * together; 17 status codes. What is unknown has no sample.
 */
public final class SinewMetrics implements Observer, AutoCloseable {
  /** The attribute of a registered endpoint that says at which port its metrics are. */
  public static final String PORT = "metrics-port";

  /** The attribute that says at which path, if that is not {@code /metrics}. */
  public static final String PATH = "metrics-path";

  private static final String PORT_VARIABLE = "SINEW_METRICS_PORT";
  private static final Pattern LEGAL_PATH = Pattern.compile("/[A-Za-z0-9._~/-]{0,199}");

  private final Families families;
  private final Map<String, String> attributes;
  private final @Nullable MetricsServer server;

  private SinewMetrics(
      Families families, Map<String, String> attributes, @Nullable MetricsServer server) {
    this.families = families;
    this.attributes = attributes;
    this.server = server;
  }

  /**
   * Metrics in a registry of the application, which serves it itself. Any number of servers and channels
   * may share one registry.
   *
   * @throws IllegalArgumentException if somebody else has registered metrics of the same names
   */
  public static SinewMetrics in(PrometheusRegistry registry) {
    return new SinewMetrics(Families.in(registry), Map.of(), null);
  }

  /**
   * Metrics at {@code http://127.0.0.1:PORT/metrics}, where the port is what the environment variable
   * {@code SINEW_METRICS_PORT} says, or a free one.
   *
   * @throws IllegalArgumentException if the variable is no port
   * @throws IOException if it cannot listen there
   */
  public static SinewMetrics serve() throws IOException {
    int port = port(System.getenv().getOrDefault(PORT_VARIABLE, ""));
    return serve(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
  }

  /**
   * Metrics at {@code /metrics} of an address, for everybody who reaches it: other hosts only if the
   * address is not a loopback one.
   *
   * @param address port 0 takes a free one
   * @throws IOException if it cannot listen there
   */
  public static SinewMetrics serve(InetSocketAddress address) throws IOException {
    PrometheusRegistry registry = new PrometheusRegistry();
    Families families = Families.in(registry);
    MetricsServer server = MetricsServer.start(address, registry);
    int port = server.address().getPort();
    return new SinewMetrics(families, Map.of(PORT, Integer.toString(port)), server);
  }

  /**
   * The same metrics, and servers that are observed by them tell the registry where the application
   * serves them; {@link #serve()} needs no such word.
   *
   * @param port 1 to 65535, of the host that the server registers with
   * @param path as {@code /metrics}; up to 200 letters, digits and {@code . _ ~ / -}
   */
  public SinewMetrics at(int port, String path) {
    Expect.that(port >= 1 && port <= 65535, "port", port, "1 to 65535");
    Expect.that(LEGAL_PATH.matcher(path).matches(), "path", path, "/ and plain characters");
    Map<String, String> told = new TreeMap<>(Map.of(PORT, Integer.toString(port)));
    if (!path.equals("/metrics")) {
      told.put(PATH, path);
    }
    return new SinewMetrics(families, Map.copyOf(told), server);
  }

  /** Every metric of a server or a channel. */
  public static List<MetricSpec> catalogue() {
    List<MetricSpec> all = new ArrayList<>(ServerMetrics.all());
    all.addAll(ChannelMetrics.all());
    return List.copyOf(all);
  }

  /** The address that is served, or null if the application serves its registry itself. */
  public @Nullable InetSocketAddress address() {
    return server == null ? null : server.address();
  }

  @Override
  public ServerObserver server(Set<String> methods, Supplier<LoadReport> load) {
    return families.servers().server(methods, load);
  }

  @Override
  public ChannelObserver channel(String service, Supplier<ChannelFigures> figures) {
    return families.channels().channel(service, figures);
  }

  @Override
  public Map<String, String> attributes() {
    return attributes;
  }

  /** Serves no more, if it did; it also ends with the JVM. */
  @Override
  public void close() {
    if (server != null) {
      server.close();
    }
  }

  static int port(String text) {
    int port = text.isEmpty() ? 0 : text.matches("[0-9]{1,5}") ? Integer.parseInt(text) : -1;
    Expect.that(port >= 0 && port <= 65535, PORT_VARIABLE, text, "a port, 0 to 65535");
    return port;
  }
}
