// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ReportHtmlTest {
  private final LiveHistory history = new LiveHistory(FakeRun.info("run"));

  @Test
  void it_names_no_other_file_and_carries_the_licence_of_what_it_contains() {
    String html = ReportHtml.of(history, Map.of());
    assertThat(html)
        .doesNotContain("/page/")
        .doesNotContain("src=\"")
        .contains("Copyright (c) 2022 Leon Sorokin")
        .contains("default-src 'none'; script-src 'sha256-")
        .doesNotContain("unsafe");
  }

  @Test
  void no_text_can_leave_its_data_element() {
    history.replicas(List.of(FakeRun.row("</script><script>alert(1)</script><!--")));
    String html = ReportHtml.of(history, Map.of("</script>", "<!--<script>"));
    assertThat(html).contains("\\u003c/script\\u003e");
    assertThat(html.split("</script>", -1)).hasSize(PageFiles.SCRIPTS.size() + 2);
  }

  @Test
  void no_script_contains_what_would_end_its_element() {
    assertThat(PageFiles.SCRIPTS)
        .allSatisfy(name -> assertThat(PageFiles.text(name)).doesNotContain("</script"));
  }
}
