package dev.kafkaevents.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kafkaevents.EventHandler;
import dev.kafkaevents.Events;
import dev.kafkaevents.Settlement;
import dev.kafkaevents.Topic;
import dev.kafkaevents.resilience.DeadLetter;
import dev.kafkaevents.serde.json.JsonSerde;
import dev.kafkaevents.spi.DeliveryInterceptor;
import dev.kafkaevents.spi.EventsBuilder;
import dev.kafkaevents.testkit.memory.InMemoryKafka;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Handlers that do not keep to the contract, and what is said of them. */
final class ConsumerContractTest {
  private static final Contract CONTRACT = Contract.onClassPath("contracts/order-placed");
  private static final DeliveryInterceptor DEAD_LETTER = DeadLetter.toTopicWithSuffix(".dlq");

  @TempDir Path directory;

  private static Case named(String name) {
    return Case.all(CONTRACT, SchemaIds.none()).stream()
        .filter(each -> each.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static ConsumerCheck check(
      DeliveryInterceptor interceptor, EventHandler<OrderPlaced> handler) {
    return new ConsumerCheck(
        CONTRACT,
        Set.of("orders.dlq"),
        builder -> builder.serde(JsonSerde.factory()).onDelivery(interceptor),
        events -> events.subscribe(OrderPlaced.ORDERS, "billing", handler));
  }

  private static void verify(ConsumerCheck check, String name) {
    try (InMemoryKafka kafka = InMemoryKafka.withVirtualTime(1)) {
      check.verify(named(name), Stage.of(kafka));
    }
  }

  @Test
  void cases_areAllSamples_withAndWithoutOptionalHeaders() {
    assertThat(Case.all(CONTRACT, SchemaIds.none()))
        .extracting(Case::name)
        .containsExactly(
            "minimal in v2",
            "minimal in v2 without header tenant",
            "full in v2",
            "full in v2 without header tenant",
            "from-last-year in v1",
            "from-last-year in v1 without header tenant",
            "invalid not-json",
            "invalid negative-total");
  }

  @Test
  void avroSamples_areWrittenInEachVersionTheyAreValidIn() {
    assertThat(Case.all(Contract.onClassPath("contracts/payment-taken"), new NumberedSchemas()))
        .extracting(Case::name)
        .containsExactly(
            "usual in v1",
            "usual in v2",
            "with-voucher in v2",
            "first in v1",
            "first in v2",
            "invalid no-schema");
  }

  @Test
  void aHandlerThatDoesNothing_doesNotRefuseWhatItMust() {
    ConsumerCheck check = check(DEAD_LETTER, order -> {});

    verify(check, "full in v2");
    verify(check, "invalid not-json");
    assertThatThrownBy(() -> verify(check, "invalid negative-total"))
        .isInstanceOf(AssertionError.class)
        .hasMessage("invalid negative-total ended handled, must be dead-lettered");
  }

  @Test
  void aSampleThatIsDeadLettered_isAFailure_withItsCause() {
    ConsumerCheck check =
        check(
            DEAD_LETTER,
            order -> {
              throw new IllegalStateException("of the handler");
            });

    assertThatThrownBy(() -> verify(check, "full in v2"))
        .isInstanceOf(AssertionError.class)
        .hasMessage(
            "full in v2 ended dead-lettered by java.lang.IllegalStateException, must be handled")
        .hasRootCauseMessage("of the handler");
  }

  @Test
  void anotherCauseThanTheDeclaredOne_isAFailure() {
    ConsumerCheck check =
        check(
            DEAD_LETTER,
            order -> {
              throw new IllegalStateException("of the handler");
            });

    assertThatThrownBy(() -> verify(check, "invalid negative-total"))
        .isInstanceOf(AssertionError.class)
        .hasMessage(
            "invalid negative-total ended as it must, but by java.lang.IllegalStateException, must be by RejectedException");
  }

  @Test
  void aSampleThatStopsTheSubscription_isAFailure() {
    ConsumerCheck check =
        check(
            (delivery, chain) -> chain.proceed(delivery),
            order -> {
              throw new IllegalStateException("of the handler");
            });

    assertThatThrownBy(() -> verify(check, "full in v2"))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("full in v2 ended stopped by java.lang.IllegalStateException");
  }

  @Test
  void aSampleThatIsSkipped_isAFailure() {
    ConsumerCheck check = check((delivery, chain) -> Settlement.skipped("not today"), order -> {});

    assertThatThrownBy(() -> verify(check, "full in v2"))
        .isInstanceOf(AssertionError.class)
        .hasMessage("full in v2 ended skipped, must be handled");
  }

  @Test
  void aHandlerThatFailsTheSecondTime_isFound() {
    Set<String> seen = new HashSet<>();
    ConsumerCheck check =
        check(
            DEAD_LETTER,
            order -> {
              if (!seen.add(order.payload().orderId())) {
                throw new IllegalStateException("already billed");
              }
            });

    assertThatThrownBy(() -> verify(check, "minimal in v2"))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("minimal in v2, delivered again, ended dead-lettered");
  }

  @Test
  void aHandlerThatNeedsAnOptionalHeader_isFound() {
    ConsumerCheck check =
        check(
            DEAD_LETTER,
            order -> {
              if (order.message().headers().text("tenant") == null) {
                throw new IllegalStateException("whose is it?");
              }
            });

    verify(check, "minimal in v2");
    assertThatThrownBy(() -> verify(check, "minimal in v2 without header tenant"))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("ended dead-lettered");
  }

  @Test
  void aSubscriptionToAnotherTopic_isNotDelivered() {
    Topic<OrderPlaced> elsewhere = Topic.of("orders.dlq", OrderPlaced.class);
    ConsumerCheck check =
        new ConsumerCheck(
            CONTRACT,
            Set.of("orders.dlq"),
            builder -> builder.serde(JsonSerde.factory()),
            events -> events.subscribe(elsewhere, "billing", order -> {}));

    assertThatThrownBy(() -> verify(check, "full in v2"))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining(
            "full in v2 was not delivered; does the subscription have topic orders");
  }

  @Test
  void invalidSamples_mayEndByStopping_orSkipped() {
    Contract stopping =
        ContractCopy.of("order-placed", directory)
            .replace(
                "contract.yaml", "not-json: {ends: dead-lettered,", "not-json: {ends: stopped,")
            .replace(
                "contract.yaml",
                "{ends: dead-lettered, cause: RejectedException}",
                "{ends: skipped}")
            .read();
    List<Case> cases = Case.all(stopping, SchemaIds.none());
    Case notJson = cases.get(cases.size() - 2);
    Case negative = cases.get(cases.size() - 1);

    try (InMemoryKafka kafka = InMemoryKafka.withVirtualTime(1)) {
      check((delivery, chain) -> chain.proceed(delivery), order -> {})
          .verify(notJson, Stage.of(kafka));
    }
    try (InMemoryKafka kafka = InMemoryKafka.withVirtualTime(1)) {
      check((delivery, chain) -> Settlement.skipped("negative"), order -> {})
          .verify(negative, Stage.of(kafka));
    }
    assertThatThrownBy(
            () -> {
              try (InMemoryKafka kafka = InMemoryKafka.withVirtualTime(1)) {
                check(DEAD_LETTER, order -> {}).verify(notJson, Stage.of(kafka));
              }
            })
        .hasMessageContaining("invalid not-json ended dead-lettered")
        .hasMessageContaining("must be stopped");
  }

  private static Needs needs(ConsumerCheck check) {
    return new NeedsFinder(CONTRACT, "billing", check, SchemaIds.none()).find();
  }

  @Test
  void needs_areTheFieldsWithoutWhichTheHandlerFails() {
    Needs needs = needs(check(DEAD_LETTER, new Billing()));

    assertThat(needs.text())
        .endsWith(
            """
            consumer: billing
            event: com.acme.shop.OrderPlaced
            needs:
              /lines/*/quantity: [absent, "null"]
              /orderId: [absent, "null"]
              /total: [absent, "null"]
            """);
    assertThat(needs(check(DEAD_LETTER, new Billing())).isSameAs(needs)).isTrue();
  }

  @Test
  void needs_ofAHandlerThatHandlesNothing_areNotGuessed() {
    ConsumerCheck check =
        check(
            DEAD_LETTER,
            order -> {
              throw new IllegalStateException("never");
            });

    assertThatThrownBy(() -> needs(check))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("sample minimal is not handled as it is");
  }

  @Test
  void needsThatAreNotThoseWrittenDown_areAFailure() {
    ContractCopy copy = ContractCopy.of("order-placed", directory.resolve("contract"));
    copy.write(
        "consumers/billing.needs.yaml",
        """
        consumer: billing
        event: com.acme.shop.OrderPlaced
        needs:
          /discount: [absent]
        """);
    ConsumerContractSuite suite =
        new ConsumerContractSuite(copy.read(), "billing") {
          @Override
          protected void assemble(EventsBuilder events) {
            events.serde(JsonSerde.factory());
          }

          @Override
          protected void subscribe(Events events) {
            events.subscribe(OrderPlaced.ORDERS, "billing", new Billing());
          }

          @Override
          protected Path needsDirectory() {
            return copy.directory;
          }
        };

    assertThatThrownBy(suite::whatIsNeeded_isWhatIsWrittenDown)
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("but the contract says [/discount]: replace its file by")
        .hasMessageContaining("billing.needs.yaml");
    assertThat(copy.read().needs().get(0).fields())
        .contains("/orderId")
        .doesNotContain("/discount");
  }
}
