// SPDX-License-Identifier: Apache-2.0
package dev.sinew.prometheus.http;

import dev.sinew.Expect;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Where a Prometheus is and what to show it; secrets appear in no text of it.
 *
 * @param address http or https, host, port, and a path if it is not at the root
 * @param token sent as a bearer token, or empty
 * @param user sent with the password as basic authentication, or empty
 * @param password of the user
 * @param ca a PEM file of the certificates that the server's is signed by, or empty for those that Java
 *     trusts; https only
 */
public record PrometheusTarget(URI address, String token, String user, String password, String ca) {
  private static final String FORM = "http://host:port or https://host:port";
  private static final Pattern PATH = Pattern.compile("[A-Za-z0-9/_.~-]{0,1024}");
  private static final int LONGEST_SECRET = 4096;

  /** Checks every field. */
  public PrometheusTarget {
    address = checked(address);
    Expect.that(
        sendable(token), "prometheus.token", "(hidden)", "at most 4096 printable ASCII characters");
    Expect.that(
        user.length() <= 256 && !user.contains(":") && !user.chars().anyMatch(c -> c < ' '),
        "prometheus.user",
        user,
        "at most 256 characters without a colon");
    Expect.that(
        password.length() <= LONGEST_SECRET,
        "prometheus.password",
        "(hidden)",
        "at most 4096 characters");
    Expect.that(
        token.isEmpty() || user.isEmpty(), "prometheus.token", "(hidden)", "a token or a user");
    Expect.that(
        password.isEmpty() || !user.isEmpty(), "prometheus.password", "(hidden)", "with a user");
    Expect.that(
        ca.isEmpty() || address.getScheme().equals("https"),
        "prometheus.ca",
        ca,
        "with an address of https");
  }

  /**
   * One that asks for no credentials.
   *
   * @throws IllegalArgumentException if it is no address of http or https
   */
  public static PrometheusTarget at(String address) {
    try {
      return new PrometheusTarget(new URI(address), "", "", "", "");
    } catch (URISyntaxException e) {
      // The exception quotes the address, and people write passwords into those.
      throw new IllegalArgumentException(
          Expect.message("prometheus.address", shown(address), FORM));
    }
  }

  /** The same with a bearer token. */
  public PrometheusTarget withToken(String newToken) {
    return new PrometheusTarget(address, newToken, user, password, ca);
  }

  /** The same with basic authentication. */
  public PrometheusTarget withUser(String newUser, String newPassword) {
    return new PrometheusTarget(address, token, newUser, newPassword, ca);
  }

  /** The same with a file of certificates. */
  public PrometheusTarget withCa(String newCa) {
    return new PrometheusTarget(address, token, user, password, newCa);
  }

  /** The value of the header Authorization, or empty. */
  String authorization() {
    if (!token.isEmpty()) {
      return "Bearer " + token;
    }
    return user.isEmpty() ? "" : "Basic " + basic();
  }

  /** A text of the server's without what it may have echoed. */
  String withoutSecrets(String text) {
    String clean = text;
    for (String secret : List.of(token, user.isEmpty() ? "" : basic(), password)) {
      clean = secret.isEmpty() ? clean : clean.replace(secret, "(hidden)");
    }
    return clean;
  }

  /** The address only. */
  @Override
  public String toString() {
    return address.toString();
  }

  private String basic() {
    byte[] pair = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
    return Base64.getEncoder().encodeToString(pair);
  }

  private static URI checked(URI address) {
    String path = address.getRawPath() == null ? "" : address.getRawPath();
    boolean formed = ("http".equals(address.getScheme()) || "https".equals(address.getScheme()))
        && address.getHost() != null
        && address.getUserInfo() == null
        && address.getRawQuery() == null
        && address.getRawFragment() == null
        && address.getPort() <= 65_535
        && PATH.matcher(path).matches();
    Expect.that(formed, "prometheus.address", shown(address.toString()), FORM);
    return URI.create(
        address.getScheme() + "://" + address.getRawAuthority() + path.replaceAll("/+$", ""));
  }

  private static String shown(String address) {
    return address.contains("@") ? "(hidden)" : address;
  }

  private static boolean sendable(String token) {
    return token.length() <= LONGEST_SECRET && token.chars().allMatch(c -> c > ' ' && c < 127);
  }
}
