package dev.kafkaevents.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class InFlightTest {
  private static long load(int bytes) {
    return Load.of(
        new ConsumerRecord<>(
            "orders",
            0,
            0,
            0,
            TimestampType.CREATE_TIME,
            -1,
            bytes,
            null,
            null,
            new org.apache.kafka.common.header.internals.RecordHeaders(),
            java.util.Optional.empty()));
  }

  @Test
  void load_countsRecordsAndBytesTogether() {
    long load = load(7) + load(0) + load(1 << 20);
    assertThat(Load.records(load)).isEqualTo(3);
    assertThat(Load.bytes(load)).isEqualTo(7 + (1 << 20));
    load -= load(1 << 20);
    assertThat(Load.records(load)).isEqualTo(2);
    assertThat(Load.bytes(load)).isEqualTo(7);
  }

  @Test
  void full_byRecords_untilHalfIsSettled() {
    InFlight inFlight = new InFlight(EventsRuntime.system(), 4, Long.MAX_VALUE);
    for (int i = 0; i < 4; i++) {
      assertThat(inFlight.isFullAfter(Duration.ZERO)).isFalse();
      inFlight.taken(load(1));
    }
    assertThat(inFlight.isFullAfter(Duration.ZERO)).isTrue();
    inFlight.settled(load(1));
    assertThat(inFlight.isFullAfter(Duration.ZERO)).isTrue();
    inFlight.settled(load(1));
    assertThat(inFlight.isFullAfter(Duration.ZERO)).isFalse();
  }

  @Test
  void full_byBytes_untilHalfIsSettled() {
    InFlight inFlight = new InFlight(EventsRuntime.system(), 1_000, 100);
    inFlight.taken(load(60));
    inFlight.taken(load(40));
    assertThat(inFlight.isFullAfter(Duration.ZERO)).isTrue();
    inFlight.settled(load(40));
    assertThat(inFlight.isFullAfter(Duration.ZERO)).isTrue();
    inFlight.dropped(load(60));
    assertThat(inFlight.isFullAfter(Duration.ZERO)).isFalse();
    assertThat(inFlight.records()).isZero();
  }
}
