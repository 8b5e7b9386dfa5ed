// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.sinew.grpc.observe.ChannelFigures;
import dev.sinew.grpc.observe.ChannelObserver;
import dev.sinew.grpc.observe.Observer;
import dev.sinew.grpc.observe.ServerObserver;
import dev.sinew.load.LoadReport;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Nothing is connected to: a channel connects with its first call. */
class SinewChannelBuilderTest {
  private final SinewChannelBuilder builder = SinewChannels.forTarget("static:///[::1]:1,a:2");

  @Test
  void an_ipv6_address_may_be_written_with_brackets() {
    ManagedChannel channel = builder.build();
    assertThat(channel.authority()).isEqualTo("static");
    channel.shutdownNow();
  }

  @Test
  void an_unknown_policy_is_an_error() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.policy("best"))
        .withMessageStartingWith("policy: best (expected: one of [least_response_time, ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Get", "/shop.Orders/Get", "shop.Orders/", "shop.Orders/Get ", ""})
  void a_name_that_is_no_full_method_name_is_an_error(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.idempotent(name))
        .withMessage("idempotent: " + name + " (expected: package.Service/Method)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "consul://127.0.0.1:8500/orders?tag=a/b orders",
        "consul://a:1,b:2/orders orders",
        "consul:///orders orders",
        "dns:///orders.example:8080 orders.example",
        "orders:8080 orders",
        "static:///a:1,b:2 a:1,b:2",
        "static:///[::1]:80 [::1]",
        "consul://h:1/ consul://h:1/"
      })
  void a_service_is_named_after_its_target(String target, String service) {
    assertThat(SinewChannelBuilder.serviceOf(target)).isEqualTo(service);
  }

  @Test
  void a_name_of_a_service_that_is_no_word_is_an_error() {
    Observer nobody = new Observer() {
      @Override
      public ServerObserver server(Set<String> methods, Supplier<LoadReport> load) {
        throw new AssertionError("a server");
      }

      @Override
      public ChannelObserver channel(String service, Supplier<ChannelFigures> figures) {
        throw new AssertionError("a channel");
      }
    };
    for (String name : List.of("", "a b", "a\n", "x".repeat(101))) {
      assertThatIllegalArgumentException().isThrownBy(() -> builder.observe(nobody, name));
    }
  }

  @Test
  void a_builder_makes_one_channel() {
    builder.build().shutdownNow();
    assertThatIllegalStateException().isThrownBy(builder::build);
  }

  @Test
  void a_service_config_of_the_application_is_added_to_the_own_one() {
    Map<String, ?> broken = Map.of("methodConfig", "no list");
    assertThatIllegalStateException()
        .isThrownBy(() -> builder.defaultServiceConfig(broken).build())
        .withMessageContaining("no list");
    SinewChannelBuilder another = SinewChannels.forTarget("static:///a:1")
        .policy("random")
        .defaultServiceConfig(Map.of("methodConfig", List.of()));
    another.build().shutdownNow();
  }

  @Test
  void interceptors_of_the_application_are_outside_of_the_retries() {
    List<String> inner = new ArrayList<>();
    ManagedChannel channel = builder
        .intercept(new ClientInterceptor() {
          @Override
          public <ReqT, RespT> ClientCall<ReqT, RespT> interceptCall(
              MethodDescriptor<ReqT, RespT> method, CallOptions options, Channel next) {
            ClientCall<ReqT, RespT> call = next.newCall(method, options);
            inner.add(call.getClass().getSimpleName());
            return call;
          }
        })
        .build();
    ClientCall<String, String> unused = channel.newCall(TestMethods.GET, CallOptions.DEFAULT);
    assertThat(inner).hasSize(1).first().isEqualTo("RetryingCall");
    channel.shutdownNow();
  }
}
