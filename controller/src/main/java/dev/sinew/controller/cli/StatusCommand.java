// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.cli;

import java.io.PrintWriter;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** {@code sinew status}. */
@Command(
    name = "status",
    description = {
      "What a running controller's services are doing, refreshed every second on a terminal (Ctrl-C",
      "ends), once elsewhere. Exit status 1 if the controller does not answer."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Main.Versions.class)
final class StatusCommand implements Callable<Integer> {
  private static final long REFRESH_MILLIS = 1000;

  @Mixin
  private ControllerOptions controller = new ControllerOptions();

  @Option(names = "--once", description = "show it once")
  private boolean once;

  @Option(names = "--json", description = "show it once as JSON")
  private boolean json;

  @Spec
  private CommandSpec spec;

  /** Made by picocli. */
  StatusCommand() {
    this.spec = CommandSpec.create();
  }

  @Override
  public Integer call() throws InterruptedException {
    ControllerClient client = controller.client();
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      ObjectNode root = JsonMapper.shared().createObjectNode();
      root.set("controller", client.get("controller"));
      root.set("services", client.get("services").get("services"));
      out.println(root.toPrettyString());
    } else if (once || !Boolean.getBoolean("sinew.terminal")) {
      StatusText.lines(client.get("controller"), client.get("services")).forEach(out::println);
    } else {
      follow(client, out);
    }
    return 0;
  }

  private static void follow(ControllerClient client, PrintWriter out) throws InterruptedException {
    Frame frame = new Frame(
        out, Integer.getInteger("sinew.columns", 100), Integer.getInteger("sinew.rows", 40));
    List<String> last = StatusText.lines(client.get("controller"), client.get("services"));
    String trouble = "";
    while (!Thread.currentThread().isInterrupted()) {
      List<String> lines = new ArrayList<>(last);
      LocalTime now = LocalTime.now(ZoneId.systemDefault()).truncatedTo(ChronoUnit.SECONDS);
      lines.set(
          0, now + "  " + (trouble.isEmpty() ? "" : "LAST KNOWN, " + trouble + "  ") + last.get(0));
      frame.draw(lines);
      Thread.sleep(REFRESH_MILLIS);
      try {
        JsonNode services = client.get("services");
        last = StatusText.lines(client.get("controller"), services);
        trouble = "";
      } catch (UnavailableException e) {
        trouble = String.valueOf(e.getMessage());
      }
    }
  }
}
