// SPDX-License-Identifier: Apache-2.0
package dev.sinew.haproxy.stats;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Answers as HAProxy gives them, to the byte, with figures of one's own. */
final class Answers {
  /** The columns of HAProxy 2.6.12. */
  static final String HEADER_2_6 =
      "# pxname,svname,qcur,qmax,scur,smax,slim,stot,bin,bout,dreq,dresp,ereq,econ,eresp,wretr,wredis,"
          + "status,weight,act,bck,chkfail,chkdown,lastchg,downtime,qlimit,pid,iid,sid,throttle,lbtot,"
          + "tracked,type,rate,rate_lim,rate_max,check_status,check_code,check_duration,hrsp_1xx,"
          + "hrsp_2xx,hrsp_3xx,hrsp_4xx,hrsp_5xx,hrsp_other,hanafail,req_rate,req_rate_max,req_tot,"
          + "cli_abrt,srv_abrt,comp_in,comp_out,comp_byp,comp_rsp,lastsess,last_chk,last_agt,qtime,"
          + "ctime,rtime,ttime,agent_status,agent_code,agent_duration,check_desc,agent_desc,check_rise,"
          + "check_fall,check_health,agent_rise,agent_fall,agent_health,addr,cookie,mode,algo,conn_rate,"
          + "conn_rate_max,conn_tot,intercepted,dcon,dses,wrew,connect,reuse,cache_lookups,cache_hits,"
          + "srv_icur,src_ilim,qtime_max,ctime_max,rtime_max,ttime_max,eint,idle_conn_cur,safe_conn_cur,"
          + "used_conn_cur,need_conn_est,uweight,agg_server_status,agg_server_check_status,"
          + "agg_check_status,-,ssl_sess,ssl_reused_sess,ssl_failed_handshake,h2_headers_rcvd,";

  /** Columns that HAProxy 3.0.11 has between those of 2.6 and the minus. */
  static final String HEADER_3_0 = HEADER_2_6.replace(
      "agg_check_status,-,",
      "agg_check_status,srid,sess_other,h1sess,h2sess,h3sess,req_other,h1req,h2req,h3req,proto,-,");

  private final String header;
  private final Map<String, Map<String, String>> rows = new LinkedHashMap<>();
  private long process = 4711;

  private Answers(String header) {
    this.header = header;
  }

  static Answers of(String header) {
    return new Answers(header);
  }

  /** HAProxy 2.6 with one server and a backend, each with so many calls so far. */
  static Answers calls(long server, long backend) {
    return of(HEADER_2_6)
        .row("sinew.a", "req_tot", server, "stot", server, "scur", 2, "qcur", 0)
        .row("BACKEND", "req_tot", backend, "stot", backend, "scur", 3, "qcur", 1);
  }

  /** A row; what is not given is 0 where HAProxy has a number there, so also errors and waits. */
  Answers row(String name, Object... figures) {
    Map<String, String> fields = new LinkedHashMap<>(Map.of(
        "pxname",
        "orders",
        "svname",
        name,
        "status",
        "UP",
        "mode",
        "http",
        "last_chk",
        "\"said \"\"no\"\", twice\""));
    List.of("scur", "qcur", "stot", "req_tot", "econ", "eresp", "hrsp_5xx", "qtime")
        .forEach(column -> fields.put(column, "0"));
    for (int i = 0; i < figures.length; i += 2) {
      fields.put(String.valueOf(figures[i]), String.valueOf(figures[i + 1]));
    }
    rows.put(name + "#" + rows.size(), fields);
    return this;
  }

  Answers process(long id) {
    process = id;
    return this;
  }

  String text() {
    StringBuilder text = new StringBuilder(header).append('\n');
    String[] columns = header.substring(2).split(",", -1);
    rows.values().forEach(fields -> {
      for (int i = 0; i < columns.length; i++) {
        text.append(i == 0 ? "" : ",").append(fields.getOrDefault(columns[i], ""));
      }
      text.append('\n');
    });
    return text + "\nName: HAProxy\nVersion: 2.6.12-1+deb12u3\nPid: " + process
        + "\nUptime: 0d 0h04m25s\n\n";
  }

  StatAnswer read() {
    try {
      return StatAnswer.read(text(), "orders");
    } catch (UnreadableException e) {
      throw new AssertionError(e);
    }
  }
}
