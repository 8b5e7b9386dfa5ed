// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** The methods of the service that tests call. */
public final class TestMethods {
  public static final String SERVICE = "sinew.test.Orders";

  /** Unary, idempotent by its descriptor. */
  public static final MethodDescriptor<String, String> GET =
      method("Get", MethodType.UNARY).setIdempotent(true).build();

  /** Unary, not idempotent. */
  public static final MethodDescriptor<String, String> PUT =
      method("Put", MethodType.UNARY).build();

  /** A stream of answers. */
  public static final MethodDescriptor<String, String> WATCH =
      method("Watch", MethodType.SERVER_STREAMING).setIdempotent(true).build();

  private TestMethods() {}

  private static MethodDescriptor.Builder<String, String> method(String name, MethodType type) {
    return MethodDescriptor.<String, String>newBuilder()
        .setType(type)
        .setFullMethodName(MethodDescriptor.generateFullMethodName(SERVICE, name))
        .setRequestMarshaller(new Text())
        .setResponseMarshaller(new Text());
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
