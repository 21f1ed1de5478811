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

class ClientLifeTest {
  private final Throwable death = new ClusterAuthorizationException("no");

  private final ClientLife life = new ClientLife();

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

  private static boolean ends(Throwable failure, boolean neverSent, boolean refusedAtFirst) {
    return ClientLife.endsWith(failure, neverSent, () -> refusedAtFirst);
  }

  @Test
  void oneThatGoesOn_isNotReplaced() {
    life.begins(now);
    life.ends(death);
    life.goesOn();
    assertThat(life.isOver()).isFalse();
    assertThat(mayBeginAfter(Duration.ofHours(1))).isFalse();
    life.ends(death);
    assertThat(mayBeginAfter(Duration.ofHours(1))).isTrue();
  }

  @Test
  void failureThatNothingPasses_isTheEnd() {
    assertThat(ends(new ClusterAuthorizationException("no"), false, false)).isTrue();
    assertThat(ends(new ProducerFencedException("by another"), false, false)).isTrue();
    assertThat(ends(new SaslAuthenticationException("no"), false, false)).isTrue();
    assertThat(
            ends(
                new KafkaException("in an error state", new SaslAuthenticationException("no")),
                true,
                false))
        .isTrue();
  }

  @Test
  void oneThatWasNotLetIn_beforeItSentAnything_hasDied() {
    assertThat(ends(new SaslAuthenticationException("no"), true, true)).isTrue();
    assertThat(ends(new TimeoutException("expired in the buffer"), false, true)).isTrue();
    assertThat(ends(new TimeoutException("no metadata"), true, true)).isFalse();
  }

  @Test
  void failureOfARecord_orOneThatPasses_isNot() {
    assertThat(ends(new SaslAuthenticationException("no"), true, false)).isFalse();
    assertThat(ends(new TopicAuthorizationException("no"), false, true)).isFalse();
    assertThat(ends(new RecordTooLargeException("large"), true, true)).isFalse();
    assertThat(ends(new TimeoutException("late"), false, false)).isFalse();
    assertThat(ends(new KafkaException("closed forcefully"), false, true)).isFalse();
  }

  @Test
  void untilTheNextOne_publishesFailWithWhatEndedTheLast() {
    SaslAuthenticationException reason = new SaslAuthenticationException("who are you?");
    life.begins(now);
    life.ends(reason);
    assertThat(life.failure()).hasMessageContaining("who are you?").hasCause(reason);
    life.ends(new KafkaException("in an error state", reason));
    assertThat(life.failure()).hasMessageContaining("who are you?").hasCause(reason);
  }

  @Test
  void nextOne_comesASecondAfterTheLast_andLaterWhileEachDiesYoung() {
    life.begins(now);
    assertThat(mayBeginAfter(Duration.ofHours(1))).as("it lives").isFalse();
    life.ends(death);
    assertThat(mayBeginAfter(Duration.ZERO)).isTrue();
    assertThat(life.isOver()).isFalse();
    for (int seconds : new int[] {1, 2, 4, 8, 16, 30, 30}) {
      life.ends(death);
      assertThat(mayBeginAfter(Duration.ofSeconds(seconds).minusNanos(1))).isFalse();
      assertThat(mayBeginAfter(Duration.ofNanos(1))).as("after %s s", seconds).isTrue();
    }
    life.ends(death);
    assertThat(mayBeginAfter(Duration.ofMinutes(2))).isTrue();
    life.ends(death);
    assertThat(mayBeginAfter(Duration.ofSeconds(1))).as("the last had lived").isTrue();
  }
}
