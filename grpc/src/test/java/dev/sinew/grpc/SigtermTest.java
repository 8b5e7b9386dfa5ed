// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.CallOptions;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import java.io.BufferedReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("process")
@Timeout(60)
final class SigtermTest {
  @Test
  void a_process_that_is_told_to_end_finishes_its_calls_first() throws Exception {
    Process process = new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xmx64m",
            "-cp",
            System.getProperty("java.class.path"),
            SlowServer.class.getName())
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
    try (BufferedReader output = process.inputReader()) {
      int port = Integer.parseInt(output.readLine());
      ManagedChannel channel = Grpc.newChannelBuilder(
              "127.0.0.1:" + port, InsecureChannelCredentials.create())
          .build();
      try {
        var answer = ClientCalls.futureUnaryCall(
            channel.newCall(
                ScriptedService.UNARY, CallOptions.DEFAULT.withDeadlineAfter(30, TimeUnit.SECONDS)),
            "slow");
        assertThat(output.readLine()).isEqualTo("running");
        process.destroy();
        assertThat(answer.get(30, TimeUnit.SECONDS)).isEqualTo("slow");
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(128 + 15);
      } finally {
        channel.shutdownNow();
      }
    } finally {
      process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
    }
  }

  /** A server whose calls take two seconds. */
  static final class SlowServer {
    private SlowServer() {}

    public static void main(String[] arguments) throws Exception {
      Server server = SinewServers.install(NettyServerBuilder.forAddress(
                  new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
              .addService(ScriptedService.unary((request, answers) -> {
                System.out.println("running");
                long begun = System.nanoTime();
                while (System.nanoTime() - begun < Duration.ofSeconds(2).toNanos()) {
                  LockSupport.parkNanos(10_000_000L);
                }
                ScriptedService.answer(request, answers);
              })))
          .workers(1)
          .build()
          .start();
      System.out.println(server.getPort());
      server.awaitTermination();
    }
  }
}
