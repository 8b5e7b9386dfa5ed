// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.door;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.sinew.Expect;
import dev.sinew.controller.state.AtomicFile;
import dev.sinew.haproxy.agent.AgentResponder;
import dev.sinew.load.LoadReport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Supplier;

/**
 * At which port HAProxy asks for the weights of a backend's servers: the same after each restart.
 *
 * <p>A server has its agent's address from when it was added, and a new one gets no calls before its agent
 * has answered. So the port is kept in a file and follows from the backend's name if the file is lost. It is
 * below those that systems give to connections on their own account.
 *
 * @param folder a file for each backend; need not exist
 */
record AgentPorts(Path folder) {
  private static final System.Logger LOG = System.getLogger(AgentPorts.class.getName());
  private static final int FIRST = 20_000;
  private static final int COUNT = 10_000;
  private static final int TRIES = 50;

  /**
   * Starts to answer for a backend.
   *
   * @throws UncheckedIOException if no port can be had
   */
  AgentResponder start(String backend, Supplier<Map<String, LoadReport>> reports) {
    int kept = kept(backend);
    int first = kept == 0 ? FIRST + Math.floorMod(backend.hashCode(), COUNT) : kept;
    for (int i = 0; ; i++) {
      int port = FIRST + (first - FIRST + i) % COUNT;
      try {
        AgentResponder responder = AgentResponder.start(port, reports);
        keep(backend, kept, port);
        return responder;
      } catch (IOException e) {
        if (i + 1 == TRIES) {
          throw new UncheckedIOException(
              Expect.message(
                  "agent.port", port, "free, or one of the " + (TRIES - 1) + " before it"),
              e);
        }
      }
    }
  }

  /** The port of the last time, or 0. */
  private int kept(String backend) {
    try {
      String text = Files.readString(file(backend), US_ASCII).strip();
      int port = text.matches("[0-9]{5}") ? Integer.parseInt(text) : 0;
      return port >= FIRST && port < FIRST + COUNT ? port : 0;
    } catch (NoSuchFileException e) {
      return 0;
    } catch (IOException e) {
      LOG.log(Level.WARNING, "backend={0} agent-port=unreadable error={1}", backend, e);
      return 0;
    }
  }

  private void keep(String backend, int before, int port) {
    if (before != 0 && before != port) {
      LOG.log(
          Level.WARNING,
          "backend={0} agent-port={1,number,#} before={2,number,#}: servers added before keep their weights",
          backend,
          port,
          before);
    }
    try {
      AtomicFile.createFolder(folder);
      AtomicFile.write(file(backend), port + "\n");
    } catch (IOException e) {
      LOG.log(Level.WARNING, "backend={0} agent-port=not-kept error={1}", backend, e);
    }
  }

  private Path file(String backend) {
    return folder.resolve(backend + ".port");
  }
}
