// SPDX-License-Identifier: Apache-2.0
package dev.sinew.ownservice;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.HandlerRegistry;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerMethodDefinition;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.ServerCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * Hands every unary call of any method on to a channel, as bytes.
 *
 * <p>Headers, deadline, cancellation and status pass through; a streaming call fails at its second
 * message. There is no policy here: which replica, and whether again, is the channel's.
 */
final class Forwarding extends HandlerRegistry {
  private final Channel channel;

  Forwarding(Channel channel) {
    this.channel = channel;
  }

  @Override
  public ServerMethodDefinition<?, ?> lookupMethod(String name, @Nullable String authority) {
    MethodDescriptor<byte[], byte[]> method = MethodDescriptor.newBuilder(new Bytes(), new Bytes())
        .setFullMethodName(name)
        .setType(MethodDescriptor.MethodType.UNARY)
        .build();
    return ServerMethodDefinition.create(method, new Hand(method));
  }

  /** Forwards one call; gRPC itself takes the deadline and the cancellation from the context. */
  private final class Hand implements ServerCallHandler<byte[], byte[]> {
    private final MethodDescriptor<byte[], byte[]> method;

    Hand(MethodDescriptor<byte[], byte[]> method) {
      this.method = method;
    }

    @Override
    public ServerCall.Listener<byte[]> startCall(
        ServerCall<byte[], byte[]> call, Metadata headers) {
      Channel fleet =
          ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(headers));
      return ServerCalls.<byte[], byte[]>asyncUnaryCall(
              (request, observer) -> ClientCalls.asyncUnaryCall(
                  fleet.newCall(method, CallOptions.DEFAULT), request, observer))
          .startCall(call, headers);
    }
  }

  /** A message as it is on the wire. */
  private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] message) {
      return new ByteArrayInputStream(message);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
