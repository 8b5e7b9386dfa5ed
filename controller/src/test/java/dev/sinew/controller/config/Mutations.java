// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.config;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Makes a broken file of a right one, as hands, editors and disks do. */
final class Mutations {
  private static final Pattern WORD = Pattern.compile("[^\\s,:{}\\[\\]#]+");
  private static final List<String> VALUES = List.of(
      "~",
      "\"\"",
      "[]",
      "{}",
      "-1",
      "0",
      "1",
      "2.5",
      "two",
      ".nan",
      ".inf",
      "-.inf",
      "1e309",
      "99999999999",
      "010",
      "0x10",
      "1_000",
      "1:30",
      "true",
      "no",
      "70",
      "70%",
      "0.7",
      "200/s",
      "5",
      "5m",
      "1h1h",
      "8MiB",
      "\"8\"",
      "&x",
      "*x",
      "<<",
      "!!int 1",
      "!x",
      "- a",
      "? a",
      "|",
      ">",
      "%",
      "@",
      "`",
      "\t",
      "\0",
      "\uFEFF",
      "\u0085",
      "\u2028",
      "\ud83d\ude00",
      "---",
      "...",
      "\"",
      "'",
      "{env: canary-4711}",
      "consul://a:b@c:1/d",
      "embedded",
      "orders",
      "backup",
      "a/../b");

  private final RandomGenerator random;

  Mutations(RandomGenerator random) {
    this.random = random;
  }

  /** One to three changes of a text. */
  String mutate(String text) {
    String mutated = text;
    for (int i = random.nextInt(1, 4); i > 0; i--) {
      mutated = switch (random.nextInt(8)) {
        case 0, 1, 2 -> word(mutated, VALUES.get(random.nextInt(VALUES.size())));
        case 3 -> misspell(mutated);
        case 4 -> lines(mutated);
        case 5 -> cut(mutated);
        case 6 -> copy(mutated);
        default -> character(mutated);
      };
    }
    return mutated;
  }

  private String word(String text, String value) {
    List<MatchResult> words = WORD.matcher(text).results().toList();
    if (words.isEmpty()) {
      return value;
    }
    MatchResult word = words.get(random.nextInt(words.size()));
    return text.substring(0, word.start()) + value + text.substring(word.end());
  }

  private String misspell(String text) {
    List<MatchResult> words = WORD.matcher(text).results().toList();
    if (words.isEmpty()) {
      return text;
    }
    MatchResult word = words.get(random.nextInt(words.size()));
    int at = random.nextInt(word.start(), word.end());
    return random.nextBoolean()
        ? text.substring(0, at) + text.substring(at + 1)
        : text.substring(0, at) + text.charAt(at) + text.substring(at);
  }

  private String lines(String text) {
    List<String> lines = new ArrayList<>(text.lines().toList());
    if (lines.isEmpty()) {
      return text;
    }
    int at = random.nextInt(lines.size());
    String line = lines.get(at);
    switch (random.nextInt(5)) {
      case 0 -> lines.remove(at);
      case 1 -> lines.add(at, line);
      case 2 -> lines.set(at, " " + line);
      case 3 -> lines.set(at, line.replaceFirst("^ {1,2}", ""));
      default -> lines.set(at, line.replaceFirst("^ +", "\t"));
    }
    return String.join("\n", lines) + "\n";
  }

  private String cut(String text) {
    return text.substring(0, random.nextInt(text.length() + 1));
  }

  private String copy(String text) {
    int from = random.nextInt(text.length() + 1);
    int to = Math.min(text.length(), from + random.nextInt(100));
    int at = random.nextInt(text.length() + 1);
    return text.substring(0, at) + text.substring(from, to) + text.substring(at);
  }

  private String character(String text) {
    int at = random.nextInt(text.length() + 1);
    char c = (char) (random.nextInt(4) == 0 ? random.nextInt(0x10000) : random.nextInt(128));
    return text.substring(0, at)
        + c
        + text.substring(Math.min(text.length(), at + random.nextInt(2)));
  }
}
