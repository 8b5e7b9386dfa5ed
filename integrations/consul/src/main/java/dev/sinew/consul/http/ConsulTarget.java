// SPDX-License-Identifier: Apache-2.0
package dev.sinew.consul.http;

import dev.sinew.Expect;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One service in one Consul: {@code consul://host:port,host:port/service?tag=a&dc=b}.
 *
 * <p>Several agents are tried in turn, the first one first; a URI bears IPv6 addresses only in a target
 * of one agent. {@code tls=true} reaches them by TLS;
 * {@code ca}, {@code cert} and {@code key} name PEM files and mean TLS by themselves. {@code token-env}
 * names the variable that holds the token. Several tags mean all of them.
 *
 * <p>Without a host everything that the target leaves open is taken from the variables of Consul's own
 * command line: CONSUL_HTTP_ADDR (else 127.0.0.1:8500), CONSUL_HTTP_SSL, CONSUL_CACERT,
 * CONSUL_CLIENT_CERT, CONSUL_CLIENT_KEY, CONSUL_HTTP_TOKEN, else CONSUL_HTTP_TOKEN_FILE. They speak of
 * that agent only, so with a host none of them is used: a secret never goes to an agent that its owner
 * did not choose for it.
 *
 * @param agents scheme, host and port of 1 to 8 agents
 * @param service the service's name
 * @param tags what an instance must carry to be found, and what a registered one carries
 * @param datacenter where to look, or empty for the agent's own
 * @param token sent as X-Consul-Token, or empty
 * @param tls how agents are reached
 */
public record ConsulTarget(
    List<URI> agents, String service, List<String> tags, String datacenter, String token, Tls tls) {
  /** The scheme of its targets. */
  public static final String SCHEME = "consul";

  private static final String FORM = "consul://[host:port,…]/service[?tag=a][&dc=b]"
      + "[&token-env=NAME][&tls=true][&ca=FILE][&cert=FILE&key=FILE]";
  private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_.-]{1,253}");
  private static final int LONGEST_TARGET = 2048;
  private static final int LONGEST_TOKEN = 4096;
  private static final int MOST_AGENTS = 8;

  /** Checks every field. */
  public ConsulTarget {
    Expect.that(
        !agents.isEmpty() && agents.size() <= MOST_AGENTS,
        "consul.agents",
        agents.size(),
        "1 to 8 agents");
    Expect.that(name(service), "consul.service", service, "1 to 253 of a-z A-Z 0-9 _ . -");
    Expect.that(tags.size() <= 16, "consul.tag", tags.size(), "at most 16 tags");
    for (String tag : tags) {
      Expect.that(name(tag), "consul.tag", tag, "1 to 253 of a-z A-Z 0-9 _ . -");
    }
    Expect.that(
        datacenter.isEmpty() || name(datacenter),
        "consul.dc",
        datacenter,
        "1 to 253 of a-z A-Z 0-9 _ . -");
    boolean sendable = token.chars().allMatch(c -> c > ' ' && c < 127);
    Expect.that(
        sendable && token.length() <= LONGEST_TOKEN,
        "consul.token",
        "(hidden)",
        "at most 4096 printable ASCII characters");
    agents = List.copyOf(agents);
    tags = List.copyOf(tags);
  }

  /**
   * Reads a target.
   *
   * @param environment the value of a variable, or null when it is not set
   * @throws IllegalArgumentException if the target, or a variable it relies on, is not of its form
   */
  public static ConsulTarget parse(String target, UnaryOperator<@Nullable String> environment) {
    URI uri = uri(target);
    // gRPC takes no target with several ports unless their colons are written as %3A.
    String authority = uri.getAuthority();
    String path = uri.getPath();
    boolean formed =
        SCHEME.equals(uri.getScheme()) && path != null && path.startsWith("/") && path.length() > 1;
    Expect.that(formed && uri.getFragment() == null, "target", target, FORM);
    List<String> tags = new ArrayList<>();
    Map<String, String> options = options(target, uri.getQuery(), tags);
    UnaryOperator<String> ambient = name -> authority == null ? value(environment, name) : "";
    Tls tls = tls(options, ambient);
    String agents = authority == null ? ambient.apply("CONSUL_HTTP_ADDR") : authority;
    String tokenVariable = options.getOrDefault("token-env", "");
    String token =
        tokenVariable.isEmpty() ? ambientToken(ambient) : token(tokenVariable, environment);
    return new ConsulTarget(
        agents(authority == null ? "CONSUL_HTTP_ADDR" : "target", agents, tls),
        path.substring(1),
        tags,
        options.getOrDefault("dc", ""),
        token,
        tls);
  }

  /** Everything but the options. */
  @Override
  public String toString() {
    String authority = agents.stream().map(URI::getRawAuthority).collect(Collectors.joining(","));
    return "consul://" + authority + "/" + service;
  }

  private static URI uri(String target) {
    Expect.that(target.length() <= LONGEST_TARGET, "target", target, "at most 2048 characters");
    try {
      return new URI(target);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(Expect.message("target", target, FORM), e);
    }
  }

  private static Map<String, String> options(
      String target, @Nullable String query, List<String> tags) {
    Map<String, String> options = new HashMap<>();
    for (String pair : query == null ? new String[0] : query.split("&", -1)) {
      int equals = pair.indexOf('=');
      Expect.that(equals > 0 && equals < pair.length() - 1, "target", target, FORM);
      String value = pair.substring(equals + 1);
      switch (pair.substring(0, equals)) {
        case "tag" -> tags.add(value);
        case "dc", "token-env", "ca", "cert", "key" ->
          options.put(pair.substring(0, equals), value);
        case "tls" -> {
          Expect.that(value.equals("true") || value.equals("false"), "tls", value, "true or false");
          options.put("tls", value);
        }
        default -> Expect.that(false, "target", target, FORM);
      }
    }
    return options;
  }

  private static Tls tls(Map<String, String> options, UnaryOperator<String> ambient) {
    String ca = options.getOrDefault("ca", ambient.apply("CONSUL_CACERT"));
    String cert = options.getOrDefault("cert", ambient.apply("CONSUL_CLIENT_CERT"));
    String key = options.getOrDefault("key", ambient.apply("CONSUL_CLIENT_KEY"));
    boolean byTarget = options.keySet().stream().anyMatch(List.of("ca", "cert", "key")::contains);
    boolean byEnvironment = ambient.apply("CONSUL_HTTP_SSL").equalsIgnoreCase("true")
        || ambient.apply("CONSUL_HTTP_ADDR").startsWith("https://");
    String on = options.getOrDefault("tls", Boolean.toString(byTarget || byEnvironment));
    // Consul's command line takes these variables to be set also where TLS is off.
    return on.equals("true") || byTarget ? new Tls(on.equals("true"), ca, cert, key) : Tls.OFF;
  }

  private static List<URI> agents(String name, String addresses, Tls tls) {
    String known = addresses.isEmpty() ? "127.0.0.1:8500" : addresses;
    List<URI> agents = new ArrayList<>();
    for (String address : known.split(",", -1)) {
      agents.add(agent(name, address, tls));
    }
    return agents;
  }

  private static URI agent(String name, String address, Tls tls) {
    String constraint = "host:port";
    try {
      URI uri = new URI(address.contains("://") ? address : "http://" + address);
      boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      boolean bare = uri.getUserInfo() == null && uri.getQuery() == null && noPath(uri);
      boolean port = uri.getPort() >= 1 && uri.getPort() <= 65535;
      Expect.that(web && bare && port && uri.getHost() != null, name, address, constraint);
      return new URI((tls.on() ? "https://" : "http://") + uri.getRawAuthority());
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(Expect.message(name, address, constraint), e);
    }
  }

  private static boolean noPath(URI uri) {
    String path = uri.getRawPath();
    return path == null || path.isEmpty() || path.equals("/");
  }

  private static String value(UnaryOperator<@Nullable String> environment, String name) {
    String value = environment.apply(name);
    return value == null ? "" : value.strip();
  }

  private static String token(String variable, UnaryOperator<@Nullable String> environment) {
    String token = environment.apply(variable);
    if (token == null) {
      throw new IllegalArgumentException(
          Expect.message("token-env", variable, "the name of a variable that is set"));
    }
    return token.strip();
  }

  private static String ambientToken(UnaryOperator<String> ambient) {
    String token = ambient.apply("CONSUL_HTTP_TOKEN");
    String file = ambient.apply("CONSUL_HTTP_TOKEN_FILE");
    return token.isEmpty() && !file.isEmpty() ? tokenIn(file) : token;
  }

  private static String tokenIn(String file) {
    try (InputStream in = Files.newInputStream(Path.of(file))) {
      return new String(in.readNBytes(LONGEST_TOKEN + 1), StandardCharsets.UTF_8).strip();
    } catch (IOException | RuntimeException e) {
      throw new IllegalArgumentException(
          Expect.message("CONSUL_HTTP_TOKEN_FILE", file, "a readable file"), e);
    }
  }

  private static boolean name(String text) {
    return NAME.matcher(text).matches();
  }
}
