// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.config;

import dev.sinew.controller.config.reference.Secret;
import dev.sinew.controller.config.reference.Surroundings;
import dev.sinew.controller.config.yaml.Section;
import dev.sinew.controller.config.yaml.Value;
import dev.sinew.process.ProcessSpec;
import dev.sinew.process.health.HealthCheck;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Reads {@code target.process} and {@code health} of a service. */
final class ProcessReader {
  private static final Pattern TEXT = Pattern.compile("[^\0]{0,100000}", Pattern.DOTALL);
  private static final Pattern SENSITIVE =
      Pattern.compile("(?i).*(PASSW(OR)?D|SECRET|TOKEN|API_?KEY|PRIVATE_?KEY)");
  private static final String HTTP = "http";
  private static final List<String> CHECKS = List.of("grpc", HTTP, "tcp");
  private static final Pattern PATH = Pattern.compile("/[!-\"$-~]{0,1023}");
  private static final int MOST_WORDS = 1024;
  private static final int MOST_VARIABLES = 256;
  private static final long DEFAULT_LOG = 16 << 20;

  private final Section process;
  private final Section health;
  private final Surroundings surroundings;
  private final Map<String, String> environment = new LinkedHashMap<>();
  private final Map<String, Secret> secrets = new LinkedHashMap<>();

  ProcessReader(Section process, Section health, Surroundings surroundings) {
    this.process = process;
    this.health = health;
    this.surroundings = surroundings;
  }

  /** The keys of {@code process}. */
  static List<String> keys() {
    return List.of("command", "port-env", "env", "directory", "class-data-sharing", "log-size");
  }

  ProcessConfig read() {
    List<String> command = command();
    String portVariable = portVariable();
    readEnvironment(portVariable);
    return new ProcessConfig(
        command,
        portVariable,
        environment,
        secrets,
        directory(),
        healthCheck(),
        health.duration(
            "start-timeout", Duration.ofMillis(100), Duration.ofHours(1), Duration.ofSeconds(30)),
        process.flag("class-data-sharing", true),
        process.bytes("log-size", 64 << 10, 1 << 30, DEFAULT_LOG));
  }

  private List<String> command() {
    List<String> words = new ArrayList<>();
    Value value = process.require("command", "a list of words as [java, -jar, app.jar]");
    if (value != null) {
      for (Value word : value.hide().items(1, MOST_WORDS, "words, as [java, -jar, app.jar]")) {
        words.add(word.text(TEXT, "a word without NUL, or \"\" for an empty one", "-"));
        if (words.size() == 1 && (words.get(0).isBlank() || words.get(0).startsWith("-"))) {
          word.error("a program");
        }
      }
    }
    return words;
  }

  private String portVariable() {
    String name = process.text("port-env", Surroundings.VARIABLE, "the name of a variable", "PORT");
    if (ours(name)) {
      process.place("port-env").error("a name that sinew does not set itself");
    }
    return name;
  }

  private void readEnvironment(String portVariable) {
    Value value = process.get("env");
    if (value == null) {
      return;
    }
    Map<String, Value> keys = value.keys();
    value.entries(0, MOST_VARIABLES, "variables by name").forEach((name, content) -> {
      Value key = keys.getOrDefault(name, content);
      if (!Surroundings.VARIABLE.matcher(name).matches()) {
        key.error(name, "the name of a variable");
      } else if (name.equals(portVariable) || ours(name)) {
        key.error(name, "a name that sinew does not set itself");
      } else {
        readVariable(name, content);
      }
    });
  }

  private static boolean ours(String variable) {
    return variable.equals(ProcessSpec.REGISTRY) || variable.equals(ProcessSpec.REPLICA_ID);
  }

  private void readVariable(String name, Value content) {
    if (content.isMapping()) {
      secrets.put(name, secret(content));
      return;
    }
    String text =
        content.hide().text(TEXT, "a text without NUL, \"\" for an empty one, or {env: NAME}", "");
    if (!text.isEmpty() && SENSITIVE.matcher(name).matches()) {
      content.hide().warn("{env: " + name + "}, which keeps a secret out of the file");
    }
    environment.put(name, text);
  }

  private Secret secret(Value content) {
    Secret secret = surroundings.secret(content);
    if (secret.value().indexOf('\0') >= 0) {
      content.hide().error("(hidden)", "a value without NUL in " + secret.variable());
    }
    return secret;
  }

  private HealthCheck healthCheck() {
    String kind = health.word("check", CHECKS);
    if (!kind.equals(HTTP)) {
      if (health.has("path")) {
        health.place("path").error("no such key, unless check is http");
      }
      return kind.equals("tcp") ? HealthCheck.tcp() : HealthCheck.grpc();
    }
    return HealthCheck.http(
        health.text("path", PATH, "a path as /health, up to 1024 characters of ASCII", "/"));
  }

  private Path directory() {
    Value value = process.get("directory");
    Path directory = value == null ? surroundings.folder() : surroundings.path(value);
    if (!Files.isDirectory(directory)) {
      process.place("directory").warn(directory.toString(), "a folder that exists");
    }
    return directory;
  }
}
