// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.config.reference;

import dev.sinew.controller.config.yaml.Section;
import dev.sinew.controller.config.yaml.Value;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** What a fleet file refers to: paths from its folder, and variables of the environment. */
public final class Surroundings {
  /** How a variable of the environment is named. */
  public static final Pattern VARIABLE =
      Pattern.compile("(?!(?i:true|false|null)$)[A-Za-z_][A-Za-z0-9_]{0,127}");

  private static final Secret NONE = new Secret("", "");

  private final Path folder;
  private final Map<String, String> environment;
  private final boolean strict;
  private final Map<String, String> used = new LinkedHashMap<>();

  /**
   * Around a file.
   *
   * @param folder the file's own, absolute
   * @param strict whether a variable that is not set is an error, not a risk
   */
  public Surroundings(Path folder, Map<String, String> environment, boolean strict) {
    this.folder = folder;
    this.environment = environment;
    this.strict = strict;
  }

  /** The variables that were asked for, with their values. */
  public Map<String, String> used() {
    return used;
  }

  /** The file's folder. */
  public Path folder() {
    return folder;
  }

  /** A path, from the file's folder if it is relative. */
  public Path path(Value value) {
    String text = value.text("a path", ".");
    try {
      return folder.resolve(text).normalize();
    } catch (InvalidPathException e) {
      value.error("a path");
      return folder;
    }
  }

  /** A reference as {@code {env: NAME}}; whatever else stands there is not shown. */
  public Secret secret(Value open) {
    Value value = open.hide();
    if (!value.isMapping()) {
      value.error("{env: NAME}; secrets come from the environment only");
      return NONE;
    }
    Section section = value.section(List.of("env"));
    Value variable = section.require("env", "the name of a variable");
    String name = variable == null ? "" : variable.text(VARIABLE, "the name of a variable", "");
    return name.isEmpty() ? NONE : new Secret(name, valueOf(name, section.place("env")));
  }

  /** Whether a variable is set, be it to nothing. */
  public boolean sets(String variable) {
    return environment.containsKey(variable);
  }

  /** What a variable holds; empty if it is not set, which is reported. */
  public String valueOf(String variable, Value place) {
    String value = environment.get(variable);
    if (value == null) {
      String expected = "a variable that is set";
      if (strict) {
        place.error(variable, expected);
      } else {
        place.warn(variable, expected);
      }
    }
    used.put(variable, value == null ? "" : value);
    return used.getOrDefault(variable, "");
  }
}
