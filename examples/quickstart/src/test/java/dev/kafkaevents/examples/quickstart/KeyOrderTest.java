package dev.kafkaevents.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaevents.Position;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Here the event with number n is at offset n. */
final class KeyOrderTest {
  private final Set<Position> settled = new HashSet<>();
  private final KeyOrder order = new KeyOrder(settled::contains);

  @Test
  void risingNumbers_areInOrder() {
    delivered("a", 1);
    delivered("b", 2);
    delivered("a", 3);
    assertThat(order.finding().broken()).isZero();
    assertThat(order.finding().keys()).isEqualTo(2);
    assertThat(order.finding().checked()).isEqualTo(3);
  }

  @Test
  void keys_doNotWaitForEachOther() {
    starts("a", 1);
    delivered("b", 2);
    delivered("b", 3);
    assertThat(order.finding().broken()).isZero();
  }

  @Test
  void inversion_isFound() {
    delivered("a", 2);
    delivered("a", 1);
    assertThat(order.finding().broken()).isEqualTo(1);
    assertThat(order.finding().examples()).containsExactly(at(1));
  }

  @Test
  void event_thatStartsBeforeTheOneBeforeItIsSettled_isFound() {
    starts("a", 1);
    starts("a", 2);
    assertThat(order.finding().examples()).containsExactly(at(2));
  }

  @Test
  void furtherAttempts_areInOrder() {
    starts("a", 1);
    starts("a", 1);
    delivered("a", 1);
    delivered("a", 2);
    assertThat(order.finding().broken()).isZero();
  }

  @Test
  void anotherEventWithTheSameNumber_isFound() {
    delivered("a", 1);
    order.starts("a", 1, at(9));
    assertThat(order.finding().examples()).containsExactly(at(9));
  }

  @Test
  void eventsThatComeAgainAfterALostPartition_areInOrder() {
    delivered("a", 1);
    delivered("a", 2);
    starts("a", 3);
    delivered("a", 2);
    delivered("a", 3);
    assertThat(order.finding().broken()).isZero();
  }

  private void starts(String key, long number) {
    order.starts(key, number, at(number));
  }

  private void delivered(String key, long number) {
    starts(key, number);
    settled.add(at(number));
  }

  private static Position at(long number) {
    return new Position("orders", 0, number);
  }
}
