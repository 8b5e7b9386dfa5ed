// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.config.reference;

import dev.sinew.controller.config.yaml.Value;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How the places of a Consul agent and of a service in it are written. */
public final class ConsulForm {
  /** The registry that the controller serves itself. */
  public static final String EMBEDDED = "embedded";

  private static final String NAME = "[a-zA-Z0-9_.-]{1,253}";
  private static final Pattern REGISTRY = Pattern.compile("embedded|consul://([^/?#@]{1,300})");
  private static final String PARAMETER =
      "(?:tag=" + NAME + "|dc=" + NAME + "|token-env=[A-Za-z_][A-Za-z0-9_]{0,127})";
  private static final Pattern ENDPOINTS = Pattern.compile("consul://([^/?#@]{0,300})/(" + NAME
      + ")(?:\\?(" + PARAMETER + "(?:&" + PARAMETER + "){0,15}))?");
  private static final Pattern TOKEN = Pattern.compile("(?:^|&)token-env=([^&]+)");
  private static final Pattern SENDABLE = Pattern.compile("[!-~]{0,4096}");
  private static final String REGISTRY_FORM = "embedded, or an agent as consul://127.0.0.1:8500";
  private static final String ENDPOINTS_FORM =
      "consul://host:port/service, with ?tag=a&dc=b&token-env=NAME if need be";

  private ConsulForm() {}

  /** {@code embedded} or {@code consul://host:port}. */
  public static String registry(Value value) {
    Value shy = shy(value);
    String text = shy.text(REGISTRY, REGISTRY_FORM, EMBEDDED);
    Matcher parts = REGISTRY.matcher(text);
    if (parts.matches() && parts.group(1) != null && !agent(parts.group(1))) {
      shy.error(REGISTRY_FORM);
    }
    return text;
  }

  /** {@code consul://host:port/service?…}; without host and port the agent of the environment. */
  public static String endpoints(Value value, Surroundings surroundings) {
    Value shy = shy(value);
    String text = shy.text(ENDPOINTS, ENDPOINTS_FORM, "");
    Matcher parts = ENDPOINTS.matcher(text);
    if (!parts.matches()) {
      return "";
    }
    if (!parts.group(1).isEmpty() && !agent(parts.group(1))) {
      shy.error(ENDPOINTS_FORM);
    }
    Matcher token = TOKEN.matcher(parts.group(3) == null ? "" : parts.group(3));
    if (token.find()) {
      String secret = surroundings.valueOf(token.group(1), value);
      if (!SENDABLE.matcher(secret.strip()).matches()) {
        value.error("(hidden)", "at most 4096 printable ASCII characters in " + token.group(1));
      }
    }
    return text;
  }

  /** What has an @ may hold a password. */
  private static Value shy(Value value) {
    return value.contains('@') ? value.hide() : value;
  }

  private static boolean agent(String address) {
    try {
      URI uri = new URI("http://" + address);
      return uri.getHost() != null && uri.getPort() >= 1 && uri.getPort() <= 65535;
    } catch (URISyntaxException e) {
      return false;
    }
  }
}
