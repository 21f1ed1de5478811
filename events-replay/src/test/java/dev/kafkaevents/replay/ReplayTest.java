package dev.kafkaevents.replay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.kafkaevents.Events;
import dev.kafkaevents.EventsException;
import dev.kafkaevents.Headers;
import dev.kafkaevents.SubscribeOptions;
import dev.kafkaevents.Topic;
import dev.kafkaevents.replay.Graveyard.Order;
import dev.kafkaevents.replay.Replay.Report;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ReplayTest {
  private static final int ORDERS = 40;

  private final Graveyard graveyard = new Graveyard();

  @AfterEach
  void close() {
    graveyard.close();
  }

  @Test
  void events_areHandledAfterAll_inTheOrderOfTheirKey_byTheirGroupAlone() throws Exception {
    graveyard.bury(ORDERS);
    Report report = graveyard.replay().run(graveyard.config);
    assertThat(report.sent()).isEqualTo(ORDERS);

    Map<String, List<Integer>> handled = new TreeMap<>();
    Queue<Order> met = new ConcurrentLinkedQueue<>();
    try (Events events = graveyard.events()) {
      Topic<Order> again = Topic.of("orders.billing.replay", Order.class).keyedBy(Order::id);
      events.subscribe(again, SubscribeOptions.group("billing"), order -> met.add(order.payload()));
      await().atMost(Duration.ofSeconds(20)).until(() -> met.size() == ORDERS);
    }
    met.forEach(
        order ->
            handled
                .computeIfAbsent(order.id(), id -> new java.util.ArrayList<>())
                .add(order.amount()));
    assertThat(handled).hasSize(7);
    assertThat(handled.values()).allSatisfy(amounts -> assertThat(amounts).isSorted());
    assertThat(graveyard.records("orders")).as("what all groups read").hasSize(ORDERS);
  }

  @Test
  void bytes_areThose_thatCouldNotBeHandled() throws Exception {
    graveyard.bury(ORDERS);
    graveyard.replay().run(graveyard.config);
    Map<String, ConsumerRecord<byte[], byte[]>> before = byId("orders");
    Map<String, ConsumerRecord<byte[], byte[]>> after = byId("orders.billing.replay");
    assertThat(after).hasSize(ORDERS);
    after.forEach(
        (id, record) -> {
          ConsumerRecord<byte[], byte[]> original = before.get(id);
          assertThat(record.key()).isEqualTo(original.key());
          assertThat(record.value()).isEqualTo(original.value());
          Map<String, String> headers = texts(record);
          assertThat(headers.remove("events-replays")).isEqualTo("1");
          assertThat(headers.remove("events-replay-of")).startsWith("orders.dlq-");
          assertThat(headers).isEqualTo(texts(original));
        });
  }

  @Test
  void sameRun_goesOnWhereItEnded_anotherBeginsAtTheFirst() throws Exception {
    graveyard.bury(ORDERS);
    assertThat(graveyard.replay().withMostLetters(15).run(graveyard.config).sent()).isEqualTo(15);
    assertThat(graveyard.committed("orders.dlq.replay")).isEqualTo(15);
    Report rest = graveyard.replay().run(graveyard.config);
    assertThat(rest.sent()).isEqualTo(ORDERS - 15);
    assertThat(rest.total()).isEqualTo(ORDERS - 15);
    assertThat(graveyard.replay().run(graveyard.config).sent()).isZero();
    assertThat(byId("orders.billing.replay")).hasSize(ORDERS);
    assertThat(graveyard.records("orders.billing.replay")).hasSize(ORDERS);

    assertThat(graveyard.replay().withRun("once more").dryRun(graveyard.config).sent())
        .isEqualTo(ORDERS);
  }

  /** Otherwise it would replay what itself made. */
  @Test
  void run_endsWhereTheTopicEnded_whenItBegan_alsoIfItGoesOnLater() throws Exception {
    graveyard.bury(ORDERS);
    graveyard.replay().withMostLetters(1).run(graveyard.config);
    for (int i = 0; i < 30; i++) {
      graveyard.write("orders.dlq", "late-" + i, Headers.empty());
    }
    assertThat(graveyard.replay().run(graveyard.config).sent()).isEqualTo(ORDERS - 1);
  }

  @Test
  void run_thatCameToItsEnd_goesOnToWhatCameSince() throws Exception {
    graveyard.bury(ORDERS);
    assertThat(graveyard.replay().run(graveyard.config).sent()).isEqualTo(ORDERS);
    graveyard.write("orders.dlq", "late", Headers.empty());
    Report next = graveyard.replay().run(graveyard.config);
    assertThat(next.total()).isEqualTo(1);
    assertThat(next.sent()).isEqualTo(1);
  }

  @Test
  void selection_sendsSome_andPassesOverTheOthers() throws Exception {
    graveyard.bury(ORDERS);
    Report report =
        graveyard
            .replay()
            .withSelection(letter -> "rejected".equals(letter.failureClass()))
            .run(graveyard.config);
    assertThat(report.sent()).isEqualTo(ORDERS / 2);
    assertThat(report.unselected()).isEqualTo(ORDERS / 2);
    assertThat(report.failures())
        .isEqualTo(Map.of("dev.kafkaevents.RejectedException", ORDERS / 2L));
    assertThat(graveyard.committed("orders.dlq.replay")).isEqualTo(ORDERS);
  }

  @Test
  void progress_ofAPollThatTakesLong_isToldMeanwhile() throws Exception {
    for (int i = 0; i < 3; i++) {
      graveyard.write("orders.dlq", "of one partition", Headers.empty());
    }
    List<Long> told = new ArrayList<>();
    graveyard
        .replay()
        .withLettersPerSecond(0.9)
        .run(graveyard.config, report -> told.add(report.sent()));
    assertThat(told).startsWith(2L, 3L).endsWith(3L);
  }

  @Test
  void dryRun_sendsNothing_andDoesNotGoOn() throws Exception {
    graveyard.bury(ORDERS);
    Report report = graveyard.replay().dryRun(graveyard.config);
    assertThat(report.sent()).isEqualTo(ORDERS);
    assertThat(report.failures())
        .isEqualTo(
            Map.of(
                "dev.kafkaevents.RejectedException",
                ORDERS / 2L,
                "java.lang.IllegalStateException",
                ORDERS / 2L));
    assertThat(graveyard.records("orders.billing.replay")).isEmpty();
    assertThat(graveyard.committed("orders.dlq.replay")).isZero();
  }

  @Test
  void eventThatFailsAgainAndAgain_isLeft() throws Exception {
    graveyard.bury(1);
    Topic<Order> again = Topic.of("orders.billing.replay", Order.class).keyedBy(Order::id);
    try (Events events = graveyard.events()) {
      graveyard.fail(events, again, new ConcurrentLinkedQueue<>());
      for (int round = 1; round <= 3; round++) {
        int letters = round + 1;
        Report report =
            graveyard
                .replay()
                .withRun("round-" + round)
                .withSelection(newest(round))
                .run(graveyard.config);
        assertThat(report.sent()).as("round %d", round).isEqualTo(1);
        await()
            .atMost(Duration.ofSeconds(20))
            .until(() -> graveyard.records("orders.dlq").size() == letters);
      }
      Report last =
          graveyard.replay().withRun("last").withSelection(newest(4)).run(graveyard.config);
      assertThat(last.sent()).isZero();
      assertThat(last.exhausted()).isEqualTo(1);
    }
  }

  private static java.util.function.Predicate<Letter> newest(int round) {
    return letter -> letter.replays() == round - 1;
  }

  @Test
  void forgedCount_countsAsNever() throws Exception {
    graveyard.write("orders.dlq", "k", Headers.of("events-replays", "-9").with("x", "y"));
    graveyard.write("orders.dlq", "k", Headers.of("events-replays", "99999999999999999999"));
    assertThat(graveyard.replay().run(graveyard.config).sent()).isEqualTo(2);
  }

  @Test
  void parking_keepsAll_thatDescribesTheLetter() throws Exception {
    graveyard.bury(ORDERS);
    Replay.parking("orders.dlq")
        .to("orders.parked")
        .withClients(graveyard.kafka.clients())
        .run(graveyard.config);
    Map<String, ConsumerRecord<byte[], byte[]>> letters = byId("orders.dlq");
    byId("orders.parked")
        .forEach(
            (id, record) -> {
              assertThat(texts(record)).isEqualTo(texts(letters.get(id)));
              assertThat(record.timestamp()).isEqualTo(letters.get(id).timestamp());
            });
    assertThat(byId("orders.parked")).hasSize(ORDERS);
  }

  @Test
  void aLetterThatCantBeSent_isNamed_andTheRunGoesOnLater() throws Exception {
    graveyard.bury(3);
    graveyard.kafka.createTopic("narrow", 1, Map.of("max.message.bytes", "100"));
    Replay replay = Replay.of("orders.dlq").to("narrow").withClients(graveyard.kafka.clients());
    assertThatThrownBy(() -> replay.run(graveyard.config))
        .isInstanceOf(EventsException.class)
        .hasMessageContaining("the dead letter at orders.dlq-")
        .hasMessageContaining("could not be sent to topic narrow; run orders.dlq.replay goes on");
    assertThat(graveyard.replay().run(graveyard.config).sent()).isEqualTo(3);
  }

  @Test
  void aDestinationThatIsNotThere_isSaid_beforeTheFirstLetter() throws Exception {
    graveyard.bury(3);
    Replay replay = Replay.of("orders.dlq").to("nowhere").withClients(graveyard.kafka.clients());
    assertThatThrownBy(() -> replay.run(graveyard.config))
        .isInstanceOf(EventsException.class)
        .hasMessage("there is no topic nowhere to send the letters of orders.dlq to; create it");
    assertThatThrownBy(() -> replay.dryRun(graveyard.config)).hasMessageContaining("nowhere");
    assertThat(graveyard.replay().run(graveyard.config).sent()).isEqualTo(3);
  }

  @Test
  void whatMakesNoSense_isRefused() {
    Replay replay = Replay.of("orders.dlq");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> replay.to("orders.dlq"))
        .withMessageContaining("would go to it again");
    assertThatIllegalArgumentException().isThrownBy(() -> replay.withMostLetters(0));
    assertThatIllegalArgumentException().isThrownBy(() -> replay.withLettersPerSecond(0));
    assertThatIllegalArgumentException().isThrownBy(() -> replay.withMostReplays(0));
    assertThatIllegalArgumentException().isThrownBy(() -> replay.withRun(" "));
    assertThatThrownBy(() -> replay.run(graveyard.config))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("call to(topic)");
    assertThatThrownBy(
            () ->
                Replay.of("nothing")
                    .to("orders")
                    .withClients(graveyard.kafka.clients())
                    .dryRun(graveyard.config))
        .isInstanceOf(EventsException.class);
  }

  private Map<String, ConsumerRecord<byte[], byte[]>> byId(String topic) {
    return graveyard.records(topic).stream()
        .collect(
            Collectors.toMap(
                record -> texts(record).getOrDefault("ce_id", ""), record -> record, (a, b) -> a));
  }

  private static Map<String, String> texts(ConsumerRecord<byte[], byte[]> record) {
    Map<String, String> texts = new HashMap<>();
    for (Header header : record.headers()) {
      texts.put(header.key(), new String(header.value(), UTF_8));
    }
    return texts;
  }
}
