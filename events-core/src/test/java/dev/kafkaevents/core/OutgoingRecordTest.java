package dev.kafkaevents.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.kafka.common.header.Headers;
import org.junit.jupiter.api.Test;

class OutgoingRecordTest {
  private final OutgoingRecord record = new OutgoingRecord("orders", null, new byte[] {1});

  @Test
  void headers_untilLetGo_areAsAdded() {
    record.headers().add("a", new byte[] {1}).add("b", null).remove("b");
    assertThat(record.headers()).hasSize(1);
    assertThat(record.headers().toArray()).hasSize(1);
    assertThat(record.headers().lastHeader("a").value()).containsExactly(1);
    assertThat(record.headers().headers("b")).isEmpty();
  }

  @Test
  void headers_onceLetGo_areGoneForAllWhoHaveThem_andTakeNoMore() {
    Headers kept = record.headers().add("a", new byte[] {1});
    record.letGoOfHeaders();
    assertThat(kept).isEmpty();
    assertThat(kept.toArray()).isEmpty();
    assertThat(kept.lastHeader("a")).isNull();
    assertThatThrownBy(() -> kept.add("b", null)).isInstanceOf(IllegalStateException.class);
  }
}
