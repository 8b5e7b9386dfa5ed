// SPDX-License-Identifier: Apache-2.0
package dev.sinew.consul.faults;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sinew.grpc.SinewServers;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;

/** A server that registers itself and answers with its tier; also a program of its own. */
final class Replica {
  /** Unary and idempotent; answers with the tier of the replica. */
  static final MethodDescriptor<String, String> GET = MethodDescriptor.<String, String>newBuilder()
      .setType(MethodType.UNARY)
      .setFullMethodName("sinew.test.Orders/Get")
      .setIdempotent(true)
      .setRequestMarshaller(new Text())
      .setResponseMarshaller(new Text())
      .build();

  private Replica() {}

  /** Serves on a free port of loopback. */
  static Server start(String target, int tier) throws IOException {
    ServerServiceDefinition service = ServerServiceDefinition.builder("sinew.test.Orders")
        .addMethod(GET, ServerCalls.asyncUnaryCall((request, answers) -> {
          answers.onNext(Integer.toString(tier));
          answers.onCompleted();
        }))
        .build();
    return SinewServers.install(NettyServerBuilder.forAddress(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .addService(service))
        .priority(tier)
        .drainTimeout(Duration.ofSeconds(2))
        .onSigterm(false)
        .register(target)
        .build()
        .start();
  }

  /** Serves until it is killed. */
  public static void main(String[] arguments) throws Exception {
    Server server = start(arguments[0], Integer.parseInt(arguments[1]));
    System.out.println(server.getPort());
    server.awaitTermination();
  }

  private static final class Text implements MethodDescriptor.Marshaller<String> {
    @Override
    public InputStream stream(String value) {
      return new ByteArrayInputStream(value.getBytes(UTF_8));
    }

    @Override
    public String parse(InputStream stream) {
      try {
        return new String(stream.readAllBytes(), UTF_8);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
