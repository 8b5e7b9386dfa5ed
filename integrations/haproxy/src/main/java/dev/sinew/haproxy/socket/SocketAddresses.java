// SPDX-License-Identifier: Apache-2.0
package dev.sinew.haproxy.socket;

import dev.sinew.Expect;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** The two forms in which the address of a Runtime API is written. */
final class SocketAddresses {
  private static final String FORM = "unix:/path/of/socket or tcp://127.0.0.1:9901";
  private static final String UNIX = "unix:";

  /** What fits into the kernel's {@code sun_path} with its terminating zero. */
  private static final int LONGEST_PATH = 107;

  private SocketAddresses() {}

  /** Reads an address; TCP is refused unless it is loopback or {@code anywhere} is said. */
  static SocketAddress read(String text, boolean anywhere) {
    return text.startsWith(UNIX) ? unix(text, text.substring(UNIX.length())) : tcp(text, anywhere);
  }

  private static SocketAddress unix(String text, String path) {
    Expect.that(
        !path.isEmpty() && path.length() <= LONGEST_PATH && path.equals(Expect.printable(path)),
        "haproxy.socket",
        text,
        "a path of 1 to 107 printable characters");
    try {
      return UnixDomainSocketAddress.of(Path.of(path));
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException(Expect.message("haproxy.socket", text, FORM), e);
    }
  }

  private static SocketAddress tcp(String text, boolean anywhere) {
    URI uri;
    try {
      uri = new URI(text);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(Expect.message("haproxy.socket", text, FORM), e);
    }
    String host = uri.getHost();
    int port = uri.getPort();
    boolean bare = "tcp".equals(uri.getScheme())
        && host != null
        && uri.getUserInfo() == null
        && (uri.getPath() == null || uri.getPath().isEmpty())
        && uri.getQuery() == null
        && uri.getFragment() == null;
    Expect.that(bare && port >= 1 && port <= 65535, "haproxy.socket", text, FORM);
    Expect.that(
        anywhere || loopback(host),
        "haproxy.socket",
        text,
        "a loopback address: the Runtime API has neither encryption nor passwords");
    return InetSocketAddress.createUnresolved(host, port);
  }

  /** Only literals and {@code localhost} count: what a name means can change. */
  private static boolean loopback(String host) {
    if (host.equals("localhost")) {
      return true;
    }
    if (!host.matches("127(\\.\\d{1,3}){3}|\\[[0-9a-fA-F:.]+]")) {
      return false;
    }
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }
}
