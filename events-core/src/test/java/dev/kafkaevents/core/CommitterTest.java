package dev.kafkaevents.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetCommitCallback;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.OffsetMetadataTooLarge;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

class CommitterTest {
  /** Settled enough for a commit at each tick. */
  private static final int MANY = 10_000;

  private final List<OffsetAndMetadata> asked = new ArrayList<>();
  private Exception answer;

  /** Answers as the newer consumer does: with no offsets if it fails. */
  private final MockConsumer<byte[], byte[]> consumer =
      new MockConsumer<>("earliest") {
        @Override
        public synchronized void commitAsync(
            Map<TopicPartition, OffsetAndMetadata> offsets, OffsetCommitCallback callback) {
          asked.addAll(offsets.values());
          callback.onComplete(answer == null ? offsets : null, answer);
        }
      };

  private final Committer committer =
      new Committer(consumer, EventsRuntime.system(), Probes.SILENT, "billing", "orders");
  private final AssignedPartition partition = new AssignedPartition(Records.P0);
  private final Segment segment = partition.take(Records.at(Records.P0, 0, 1, 2));
  private long settled;

  private void settleAndTick(int index) {
    Records.settle(segment, index);
    settled += MANY;
    assertThat(committer.tick(List.of(partition), settled)).isTrue();
  }

  @Test
  void failure_isNoneOfTheSubscription_andTheNextCommitIsNewer() {
    answer = new TimeoutException("no answer");
    settleAndTick(0);
    assertThat(partition.progress.committed()).isEqualTo(-1);
    answer = null;
    settleAndTick(1);
    assertThat(asked).extracting(OffsetAndMetadata::offset).containsExactly(1L, 2L);
    assertThat(partition.progress.committed()).isEqualTo(2);
  }

  @Test
  void metadataTooLarge_isTriedWithLess() {
    answer = new OffsetMetadataTooLarge("too large");
    for (int i = 0; i < 11; i++) {
      settled += MANY;
      Records.settle(partition.take(Records.at(Records.P0, 10 + 2L * i, 11 + 2L * i)), 1);
      committer.tick(List.of(partition), settled);
    }
    assertThat(asked.get(0).metadata()).isNotEmpty();
    assertThat(asked.get(asked.size() - 1).metadata()).isEmpty();
  }

  @Test
  void fenced_stopsIt_atTheNextTurn() {
    FencedInstanceIdException fenced = new FencedInstanceIdException("taken");
    answer = fenced;
    settleAndTick(0);
    assertThatThrownBy(() -> committer.tick(List.of(partition), settled)).isSameAs(fenced);
    assertThatNoException().isThrownBy(() -> committer.tick(List.of(partition), settled));
  }
}
