// SPDX-License-Identifier: Apache-2.0
package dev.sinew.haproxy;

import java.net.ProtocolException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What HAProxy has of one server of ours.
 *
 * @param address the literal, {@code -} if it has none
 * @param running whether it takes calls as far as checks are concerned
 * @param maintenance somebody's {@code state maint}
 * @param draining {@code state drain}
 * @param weight 0 to 256, without slow start
 * @param used whether it was ever given a call
 * @param busy calls that are on it or wait for it
 */
record ServerState(
    String address,
    int port,
    boolean running,
    boolean maintenance,
    boolean draining,
    int weight,
    boolean tls,
    boolean backup,
    boolean used,
    long busy) {

  private static final int FORCED_MAINTENANCE = 0x01;
  private static final int FORCED_DRAIN = 0x08;
  private static final int STARTING = 1;
  private static final int RUNNING = 2;

  /** The questions that {@link #read} takes the answers to. */
  static String question(String backend) {
    return "show stat " + backend + " 4 -1;show servers state " + backend;
  }

  /**
   * Reads the servers of ours by their names. Columns are found by the tables' own headers.
   *
   * @throws ProtocolException if the answer is cut, a column is missing, or a number is none
   */
  static Map<String, ServerState> read(String answer) throws ProtocolException {
    // A HAProxy that is killed while it answers must not look as if it had fewer servers.
    if (!answer.endsWith("\n\n")) {
      throw new ProtocolException("an answer without its end");
    }
    Map<String, Map<String, String>> stat = new HashMap<>();
    Map<String, Map<String, String>> state = new LinkedHashMap<>();
    List<String> columns = List.of();
    boolean states = false;
    for (String line : (Iterable<String>) answer.lines()::iterator) {
      if (line.startsWith("# pxname,")) {
        columns = List.of(line.substring(2).split(",", -1));
      } else if (line.startsWith("# be_id ")) {
        columns = List.of(line.substring(2).split(" ", -1));
        states = true;
      } else if (line.isBlank()) {
        columns = List.of();
      } else if (!columns.isEmpty()) {
        Map<String, String> row = row(columns, line.split(states ? " " : ",", -1));
        (states ? state : stat).put(row.getOrDefault(states ? "srv_name" : "svname", ""), row);
      }
    }
    if (!states) {
      throw new ProtocolException("no table of servers");
    }
    Map<String, ServerState> servers = new LinkedHashMap<>();
    for (Map.Entry<String, Map<String, String>> server : state.entrySet()) {
      if (ServerNames.ours(server.getKey())) {
        Map<String, String> statistics = stat.get(server.getKey());
        if (statistics == null) {
          throw new ProtocolException("no statistics of " + server.getKey());
        }
        servers.put(server.getKey(), of(server.getValue(), statistics));
      }
    }
    return servers;
  }

  private static ServerState of(Map<String, String> state, Map<String, String> stat)
      throws ProtocolException {
    long operational = number(state, "srv_op_state");
    long admin = number(state, "srv_admin_state");
    return new ServerState(
        text(state, "srv_addr"),
        (int) number(state, "srv_port"),
        operational == STARTING || operational == RUNNING,
        (admin & FORCED_MAINTENANCE) != 0,
        (admin & FORCED_DRAIN) != 0,
        (int) number(state, "srv_uweight"),
        number(state, "srv_use_ssl") != 0,
        number(stat, "bck") != 0,
        !text(stat, "lbtot").matches("0*"),
        number(stat, "scur") + number(stat, "qcur"));
  }

  private static Map<String, String> row(List<String> columns, String[] cells)
      throws ProtocolException {
    if (cells.length < columns.size()) {
      throw new ProtocolException("a row shorter than its header");
    }
    Map<String, String> row = new HashMap<>();
    for (int i = 0; i < columns.size(); i++) {
      row.put(columns.get(i), cells[i]);
    }
    return row;
  }

  private static String text(Map<String, String> row, String column) throws ProtocolException {
    String text = row.get(column);
    if (text == null) {
      throw new ProtocolException("no column " + column);
    }
    return text;
  }

  private static long number(Map<String, String> row, String column) throws ProtocolException {
    String text = text(row, column);
    try {
      long number = Long.parseLong(text);
      if (number >= 0 && number <= Integer.MAX_VALUE) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Told below.
    }
    throw new ProtocolException("column " + column + " is no number from 0 to 2147483647");
  }
}
