// SPDX-License-Identifier: Apache-2.0
package dev.sinew.consul;

import dev.sinew.Expect;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One service in one Consul: {@code consul://host:port/service?tag=a&dc=b&token-env=NAME}.
 *
 * <p>Without a host the agent's address is CONSUL_HTTP_ADDR, else 127.0.0.1:8500, and the token is
 * CONSUL_HTTP_TOKEN, else the content of the file CONSUL_HTTP_TOKEN_FILE, else none: the variables of
 * Consul's own command line. They speak of that agent only, so with a host there is no token: a
 * secret never goes to an agent that its owner did not choose for it. {@code token-env} names the
 * variable that holds the token in either case. Several tags mean all of them.
 *
 * @param agent scheme, host and port of the agent
 * @param service the service's name
 * @param tags what an instance must carry to be found
 * @param datacenter where to look, or empty for the agent's own
 * @param token sent as X-Consul-Token, or empty
 */
record ConsulTarget(URI agent, String service, List<String> tags, String datacenter, String token) {
  static final String SCHEME = "consul";

  private static final String FORM = "consul://[host:port]/service[?tag=a][&dc=b][&token-env=NAME]";
  private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_.-]{1,253}");
  private static final int LONGEST_TARGET = 2048;
  private static final int LONGEST_TOKEN = 4096;

  ConsulTarget {
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
    tags = List.copyOf(tags);
  }

  /**
   * Reads a target.
   *
   * @param environment the value of a variable, or null when it is not set
   * @throws IllegalArgumentException if the target, or a variable it relies on, is not of its form
   */
  static ConsulTarget parse(String target, UnaryOperator<@Nullable String> environment) {
    URI uri = uri(target);
    String authority = uri.getRawAuthority();
    String path = uri.getPath();
    boolean formed =
        SCHEME.equals(uri.getScheme()) && path != null && path.startsWith("/") && path.length() > 1;
    Expect.that(formed && uri.getFragment() == null, "target", target, FORM);
    List<String> tags = new ArrayList<>();
    String datacenter = "";
    String tokenVariable = "";
    String query = uri.getQuery();
    for (String pair : query == null ? new String[0] : query.split("&", -1)) {
      int equals = pair.indexOf('=');
      Expect.that(equals > 0, "target", target, FORM);
      String value = pair.substring(equals + 1);
      switch (pair.substring(0, equals)) {
        case "tag" -> tags.add(value);
        case "dc" -> datacenter = value;
        case "token-env" -> tokenVariable = value;
        default -> Expect.that(false, "target", target, FORM);
      }
    }
    URI agent = authority == null ? defaultAgent(environment) : agent("target", authority);
    String token = "";
    if (!tokenVariable.isEmpty()) {
      token = token(tokenVariable, environment);
    } else if (authority == null) {
      token = defaultToken(environment);
    }
    return new ConsulTarget(agent, path.substring(1), tags, datacenter, token);
  }

  /** Everything but the token. */
  @Override
  public String toString() {
    return "consul://" + agent.getRawAuthority() + "/" + service;
  }

  private static URI uri(String target) {
    Expect.that(target.length() <= LONGEST_TARGET, "target", target, "at most 2048 characters");
    try {
      return new URI(target);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(Expect.message("target", target, FORM), e);
    }
  }

  private static URI defaultAgent(UnaryOperator<@Nullable String> environment) {
    String address = environment.apply("CONSUL_HTTP_ADDR");
    return agent("CONSUL_HTTP_ADDR", address == null ? "127.0.0.1:8500" : address);
  }

  private static URI agent(String name, String address) {
    String constraint = "host:port";
    try {
      URI uri = new URI(address.contains("://") ? address : "http://" + address);
      boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      boolean bare = uri.getUserInfo() == null && uri.getQuery() == null && noPath(uri);
      boolean port = uri.getPort() >= 1 && uri.getPort() <= 65535;
      Expect.that(web && bare && port && uri.getHost() != null, name, address, constraint);
      return new URI(uri.getScheme() + "://" + uri.getRawAuthority());
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(Expect.message(name, address, constraint), e);
    }
  }

  private static boolean noPath(URI uri) {
    String path = uri.getRawPath();
    return path == null || path.isEmpty() || path.equals("/");
  }

  private static String token(String variable, UnaryOperator<@Nullable String> environment) {
    String token = environment.apply(variable);
    if (token == null) {
      throw new IllegalArgumentException(
          Expect.message("token-env", variable, "the name of a variable that is set"));
    }
    return token.strip();
  }

  private static String defaultToken(UnaryOperator<@Nullable String> environment) {
    String token = environment.apply("CONSUL_HTTP_TOKEN");
    if (token != null && !token.isBlank()) {
      return token.strip();
    }
    String file = environment.apply("CONSUL_HTTP_TOKEN_FILE");
    return file == null || file.isBlank() ? "" : tokenIn(file);
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
