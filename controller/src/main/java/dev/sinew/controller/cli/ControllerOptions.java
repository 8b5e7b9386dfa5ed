// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.cli;

import dev.sinew.controller.config.ControllerConfig;
import dev.sinew.controller.config.FleetConfig;
import dev.sinew.controller.config.FleetFile;
import dev.sinew.controller.config.StateFolder;
import dev.sinew.controller.config.reference.Secret;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Which running controller a command is for. */
final class ControllerOptions {
  private static final String TOKEN = "SINEW_TOKEN";
  private static final int LARGEST_FILE = 64 * 1024;

  @Option(
      names = {"-f", "--file"},
      paramLabel = "FILE",
      description = "the fleet file of the running controller (default: fleet.yaml)")
  private Path file = Path.of("fleet.yaml");

  @Option(
      names = "--url",
      paramLabel = "http://HOST:PORT",
      description = "its address, instead of a file; the token is then SINEW_TOKEN's value")
  private @Nullable String url;

  /** Made by picocli. */
  ControllerOptions() {}

  /** The controller that the options name. */
  ControllerClient client() {
    return client(System.getenv());
  }

  ControllerClient client(Map<String, String> environment) {
    if (url != null) {
      return new ControllerClient(address("--url", url), environment.get(TOKEN));
    }
    FleetFile read = FleetFile.read(file, environment);
    FleetConfig config = read.config();
    if (config == null) {
      String why =
          read.errors().isEmpty() ? file + ": unreadable" : read.errors().get(0).toString();
      throw new InputException(why + "; a running controller can also be named by --url");
    }
    ControllerConfig controller = config.controller();
    Secret secret = controller.token();
    return new ControllerClient(
        written(new StateFolder(controller.state()).controllerInfo()),
        secret == null ? environment.get(TOKEN) : secret.value());
  }

  private URI written(Path where) {
    try {
      if (!Files.exists(where)) {
        throw new UnavailableException(
            "no controller runs for " + file + " (expected: sinew run " + file + ")");
      }
      if (Files.size(where) > LARGEST_FILE) {
        throw new IOException("too large");
      }
      JsonNode written = JsonMapper.shared().readTree(Files.readString(where));
      JsonNode given = written.get("url");
      if (given == null || !given.isString()) {
        throw new IOException("no url");
      }
      return address(where.toString(), given.stringValue());
    } catch (IOException | JacksonException e) {
      throw new UnavailableException(
          where + ": unreadable (expected: as a running controller writes it)");
    }
  }

  private static URI address(String name, String text) {
    try {
      URI uri = URI.create(text);
      boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      if (http && uri.getHost() != null && uri.getUserInfo() == null) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      // Said below.
    }
    throw new InputException(name + ": " + text + " (expected: as http://127.0.0.1:8600)");
  }
}
