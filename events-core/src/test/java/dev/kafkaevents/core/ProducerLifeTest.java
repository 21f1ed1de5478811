package dev.kafkaevents.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.Test;

class ProducerLifeTest {
  private final ProducerLife life = new ProducerLife();

  /** Far below zero, as nanoTime may be. */
  private long now = Long.MIN_VALUE + 5;

  private boolean mayBeginAfter(Duration time) {
    now += time.toNanos();
    if (!life.mayBegin(now)) {
      return false;
    }
    life.begins(now);
    return true;
  }

  @Test
  void failureThatNothingPasses_isTheEnd() {
    assertThat(ProducerLife.endsWith(new ClusterAuthorizationException("no"), false)).isTrue();
    assertThat(ProducerLife.endsWith(new ProducerFencedException("by another"), false)).isTrue();
    assertThat(ProducerLife.endsWith(new SaslAuthenticationException("no"), false)).isTrue();
    assertThat(
            ProducerLife.endsWith(
                new KafkaException("in an error state", new SaslAuthenticationException("no")),
                true))
        .isTrue();
  }

  @Test
  void failureOfARecord_orOneThatPasses_isNot() {
    assertThat(ProducerLife.endsWith(new SaslAuthenticationException("no"), true)).isFalse();
    assertThat(ProducerLife.endsWith(new TopicAuthorizationException("no"), false)).isFalse();
    assertThat(ProducerLife.endsWith(new RecordTooLargeException("large"), true)).isFalse();
    assertThat(ProducerLife.endsWith(new TimeoutException("late"), false)).isFalse();
    assertThat(ProducerLife.endsWith(new KafkaException("closed forcefully"), false)).isFalse();
  }

  @Test
  void nextOne_comesASecondAfterTheLast_andLaterWhileEachDiesYoung() {
    life.begins(now);
    assertThat(mayBeginAfter(Duration.ofHours(1))).as("it lives").isFalse();
    life.ends();
    assertThat(mayBeginAfter(Duration.ZERO)).isTrue();
    assertThat(life.isOver()).isFalse();
    for (int seconds : new int[] {1, 2, 4, 8, 16, 30, 30}) {
      life.ends();
      assertThat(mayBeginAfter(Duration.ofSeconds(seconds).minusNanos(1))).isFalse();
      assertThat(mayBeginAfter(Duration.ofNanos(1))).as("after %s s", seconds).isTrue();
    }
    life.ends();
    assertThat(mayBeginAfter(Duration.ofMinutes(2))).isTrue();
    life.ends();
    assertThat(mayBeginAfter(Duration.ofSeconds(1))).as("the last had lived").isTrue();
  }
}
