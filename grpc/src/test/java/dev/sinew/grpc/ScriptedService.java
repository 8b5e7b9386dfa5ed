// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc;

import com.google.common.util.concurrent.ListenableFuture;
import dev.sinew.grpc.orca.OrcaReports;
import dev.sinew.load.LoadReport;
import io.grpc.BindableService;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** A service for tests: what its two methods do is given by the test. */
public record ScriptedService(
    BiConsumer<String, StreamObserver<String>> unary,
    BiConsumer<String, StreamObserver<String>> stream)
    implements BindableService {
  /** One request, one answer. */
  public static final MethodDescriptor<String, String> UNARY =
      method("Unary", MethodDescriptor.MethodType.UNARY);

  /** One request, many answers. */
  public static final MethodDescriptor<String, String> STREAM =
      method("Stream", MethodDescriptor.MethodType.SERVER_STREAMING);

  private static final String NAME = "test.Scripted";

  /** A service whose unary method is scripted and whose streams stay open. */
  public static ScriptedService unary(BiConsumer<String, StreamObserver<String>> script) {
    return new ScriptedService(script, (request, answers) -> answers.onNext(request));
  }

  /** A service that gives back what it gets. */
  public static ScriptedService echo() {
    return unary(ScriptedService::answer);
  }

  /** Ends a unary call well. */
  public static void answer(String text, StreamObserver<String> answers) {
    answers.onNext(text);
    answers.onCompleted();
  }

  /** Makes a unary call. */
  public static String call(Channel channel, String text) {
    return ClientCalls.blockingUnaryCall(channel, UNARY, options(), text);
  }

  /** Makes a unary call, however it ends, and gives the report in its trailers. */
  public static LoadReport report(Channel channel) {
    return Objects.requireNonNull(OrcaReports.fromTrailers(trailers(channel)));
  }

  /** Makes a unary call, however it ends, and gives its trailers. */
  public static Metadata trailers(Channel channel) {
    AtomicReference<@Nullable Metadata> trailers = new AtomicReference<>();
    ClientCall<String, String> call = channel.newCall(UNARY, options());
    ListenableFuture<String> answer = ClientCalls.futureUnaryCall(
        new SimpleForwardingClientCall<>(call) {
          @Override
          public void start(Listener<String> listener, Metadata headers) {
            super.start(
                new SimpleForwardingClientCallListener<>(listener) {
                  @Override
                  public void onClose(Status status, Metadata received) {
                    trailers.set(received);
                    super.onClose(status, received);
                  }
                },
                headers);
          }
        },
        "report");
    Eventually.that("the call ends", Duration.ofSeconds(30), answer::isDone);
    return Objects.requireNonNull(trailers.get());
  }

  private static CallOptions options() {
    return CallOptions.DEFAULT.withDeadlineAfter(30, TimeUnit.SECONDS);
  }

  @Override
  public ServerServiceDefinition bindService() {
    return ServerServiceDefinition.builder(NAME)
        .addMethod(UNARY, ServerCalls.asyncUnaryCall(unary::accept))
        .addMethod(STREAM, ServerCalls.asyncServerStreamingCall(stream::accept))
        .build();
  }

  private static MethodDescriptor<String, String> method(
      String name, MethodDescriptor.MethodType type) {
    return MethodDescriptor.<String, String>newBuilder()
        .setType(type)
        .setFullMethodName(MethodDescriptor.generateFullMethodName("test.Scripted", name))
        .setRequestMarshaller(new Text())
        .setResponseMarshaller(new Text())
        .build();
  }

  private static final class Text implements MethodDescriptor.Marshaller<String> {
    @Override
    public InputStream stream(String value) {
      return new ByteArrayInputStream(value.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String parse(InputStream stream) {
      try {
        return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
