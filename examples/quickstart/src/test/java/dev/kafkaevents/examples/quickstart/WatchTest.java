package dev.kafkaevents.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.kafkaevents.EventsException;
import dev.kafkaevents.Position;
import dev.kafkaevents.PublishException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

final class WatchTest {
  private final Ledger ledger = new Ledger("orders");
  private final Watch watch =
      new Watch(
          ledger,
          new KeyOrder(ledger::isSettled),
          new DeadLetters(Undecodable.message()),
          Duration.ZERO);

  @Test
  void publishesInFlight_areBounded() throws InterruptedException {
    List<CompletableFuture<Position>> sends = new CopyOnWriteArrayList<>();
    Thread publisher =
        new Thread(
            () -> {
              try {
                for (int i = 0; i < Watch.IN_FLIGHT + 2; i++) {
                  CompletableFuture<Position> send = new CompletableFuture<>();
                  sends.add(send);
                  watch.sent(send);
                }
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    publisher.start();
    await().until(() -> publisher.getState() == Thread.State.WAITING);
    assertThat(sends).hasSize(Watch.IN_FLIGHT + 1);
    for (int i = 0; i < 2; i++) {
      sends.get(i).complete(new Position("orders", 0, i));
    }
    publisher.join();
    assertThat(sends).hasSize(Watch.IN_FLIGHT + 2);
    assertThat(ledger.balance().stored()).isEqualTo(2);
  }

  @Test
  void publishThatFails_endsPublishing() {
    PublishException failure =
        new PublishException(PublishException.Outcome.NOT_STORED, "not sent", null);
    assertThatThrownBy(() -> watch.sent(CompletableFuture.failedFuture(failure)))
        .isInstanceOf(EventsException.class)
        .hasMessage("published no further: not sent")
        .hasCause(failure);
  }

  @Test
  void wait_withoutProgress_ends() throws InterruptedException {
    watch.sent(CompletableFuture.completedFuture(new Position("orders", 0, 0)));
    assertThatThrownBy(watch::awaitAllSettled)
        .isInstanceOf(EventsException.class)
        .hasMessage("waited no longer, since nothing happened for 0 s");
  }
}
