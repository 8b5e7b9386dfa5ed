// SPDX-License-Identifier: Apache-2.0
package dev.sinew.process;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Who must know that replicas come and go: the keeper of a load balancer in front of them.
 *
 * <p>What a {@link ProcessScaleTarget} tells, it has recorded before, and tells in order from one
 * thread at a time. Each method returns at once; one that throws is logged and changes nothing for
 * the replica. Each may be called again with the same arguments, and of an id never heard of.
 *
 * <p>When a target has started, its keeper has heard of each replica that was taken over: those of
 * which it has not heard are gone. When a target has closed and its replicas go on, it hears no more
 * of them.
 */
public interface Doorkeeper {
  /** Nobody: replicas get SIGTERM without waiting for anyone. */
  Doorkeeper NONE = new Doorkeeper() {
    @Override
    public void ready(String id, int port) {}

    @Override
    public void unready(String id) {}

    @Override
    public CompletionStage<Void> leaving(String id) {
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public void gone(String id) {}
  };

  /**
   * It answers its health check: calls may come.
   *
   * <p>Also of one that was ready when it was taken over from an earlier controller, of one that was
   * unready, of one that was leaving when it was taken over, for which {@link #leaving} follows at once,
   * and of one that was leaving and is needed again before it got SIGTERM: then it stays, and
   * nobody waits for {@link #leaving} any more.
   *
   * @param port where it listens on the loopback address
   */
  void ready(String id, int port);

  /** No more calls for now; it has ceased to answer, or was taken over before it was ready. */
  void unready(String id);

  /**
   * A victim: no new calls from now on.
   *
   * <p>It gets SIGTERM when what is returned completes. If that fails, or does not come within the
   * bound, the bound decides, which is the drain grace, and less when the target closes. Only a
   * replica that may have been ready is announced; also one that was leaving when it was taken over.
   *
   * @return completes when no call reaches it any more, from any thread
   */
  CompletionStage<Void> leaving(String id);

  /** Its process has ended, for whatever reason: it never comes back under this id. */
  void gone(String id);
}
