// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc.call;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.BytesValue;
import dev.sinew.grpc.TestMethods;
import io.grpc.MethodDescriptor;
import io.grpc.protobuf.ProtoUtils;
import java.io.InputStream;
import org.junit.jupiter.api.Test;

class RequestSizeTest {
  private static final int LARGEST = RequestSize.LARGEST_REPEATED_BYTES;

  @Test
  void a_text_is_measured_by_reading_it() {
    assertThat(RequestSize.isRepeatable(TestMethods.GET, "x".repeat(LARGEST))).isTrue();
    assertThat(RequestSize.isRepeatable(TestMethods.GET, "x".repeat(LARGEST + 1)))
        .isFalse();
  }

  @Test
  void a_protobuf_message_knows_its_length() {
    MethodDescriptor<BytesValue, String> method = TestMethods.GET.toBuilder(
            ProtoUtils.marshaller(BytesValue.getDefaultInstance()),
            TestMethods.GET.getResponseMarshaller())
        .build();
    assertThat(RequestSize.isRepeatable(method, bytes(LARGEST - 10))).isTrue();
    assertThat(RequestSize.isRepeatable(method, bytes(LARGEST))).isFalse();
  }

  @Test
  void what_cannot_be_serialized_is_not_held() {
    MethodDescriptor<String, String> broken = TestMethods.GET.toBuilder(
            new MethodDescriptor.Marshaller<String>() {
              @Override
              public InputStream stream(String value) {
                throw new IllegalArgumentException(value);
              }

              @Override
              public String parse(InputStream stream) {
                return "";
              }
            },
            TestMethods.GET.getResponseMarshaller())
        .build();
    assertThat(RequestSize.isRepeatable(broken, "x")).isFalse();
  }

  private static BytesValue bytes(int length) {
    return BytesValue.of(ByteString.copyFrom(new byte[length]));
  }
}
