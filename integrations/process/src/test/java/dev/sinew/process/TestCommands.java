// SPDX-License-Identifier: Apache-2.0
package dev.sinew.process;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Command lines of the programs in these tests. */
final class TestCommands {
  static final String CLASS_PATH = System.getProperty("java.class.path");

  private TestCommands() {}

  static List<String> healthServer(List<String> args) {
    return java(CLASS_PATH, HealthServer.class, args);
  }

  static List<String> httpServer(String... args) {
    return java(CLASS_PATH, HttpChild.class, List.of(args));
  }

  static List<String> java(String classPath, Class<?> main, List<String> args) {
    List<String> words = new ArrayList<>(List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-Xmx64m",
        "-cp",
        classPath,
        main.getName()));
    words.addAll(args);
    return words;
  }
}
