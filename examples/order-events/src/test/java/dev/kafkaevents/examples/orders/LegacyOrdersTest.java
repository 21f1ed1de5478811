package dev.kafkaevents.examples.orders;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kafkaevents.serde.json.JsonSerde;
import dev.kafkaevents.spi.Serde;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** From a line of the export, through the domain, to the contract. */
final class LegacyOrdersTest {
  private static final String ROW =
      """
      {"no":"o-1","cust":"c-7","ts":1782907200,"cur":"EUR","pos":[{"art":"cup","qty":2,"price":995}]}
      """;

  @SuppressWarnings("unchecked") // the topic says so
  private final Serde<OrderEvent> serde =
      (Serde<OrderEvent>) JsonSerde.factory().create(OrderEvent.TOPIC);

  @Test
  void order_isPublishedAsTheContractSays() throws IOException {
    assertThat(json(ROW))
        .isEqualTo(
            """
            {"orderId":"o-1","customerId":"c-7","at":"2026-07-01T12:00:00Z",\
            "lines":[{"sku":"cup","quantity":2,"unitPrice":{"value":"9.95","currency":"EUR"}}],\
            "total":{"value":"19.90","currency":"EUR"}}""");
  }

  @Test
  void cancelledOrder_isAnEventOfItsOwn() throws IOException {
    String row = ROW.replace("]}", "],\"storno\":{\"ts\":1782910800,\"why\":\"ordered twice\"}}");
    assertThat(json(row))
        .isEqualTo(
            """
            {"orderId":"o-1","at":"2026-07-01T13:00:00Z","reason":"ordered twice",\
            "refund":{"value":"19.90","currency":"EUR"}}""");
  }

  @Test
  void whatIsWritten_isRead() throws IOException {
    OrderEvent event = OrderTranslator.toEvent(fetch(ROW));
    byte[] bytes = serde.encode(event, (name, value) -> {});
    assertThat(serde.decode(bytes, event.getClass(), dev.kafkaevents.Headers.empty()))
        .isEqualTo(event);
    assertThat(event.at()).isEqualTo(Instant.parse("2026-07-01T12:00:00Z"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"no\":\"o-1\",         | ''                | line 1 is no order",
        "\"no\":\"o-1\"          | \"no\":\"SECRET@\" | line 1: an order id is not 1 to 40",
        "\"cur\":\"EUR\"         | \"cur\":\"SECRET\" | line 1: a currency is not one of ISO 4217",
        "\"cur\":\"EUR\"         | \"cur\":\"XAU\"    | line 1: a currency is none that is paid with",
        "\"qty\":2               | \"qty\":0         | line 1: the quantity of a line item is below 1",
        "\"qty\":2               | \"qty\":\"SECRET\" | line 1 is no order",
        "\"price\":995           | \"price\":-1      | line 1: an amount is negative",
        "\"price\":995           | \"price\":9.5     | line 1 is no order",
        "\"art\":\"cup\"         | \"art\":\" \"     | line 1: a line item has no article",
        "{\"no\"                 | SECRET            | line 1 is no order"
      })
  void whatIsNoOrder_isToldByItsLine_andNeverByItsContent(
      String part, String other, String problem) {
    assertThatThrownBy(() -> fetch(ROW.replace(part, other)))
        .isInstanceOf(InvalidOrderException.class)
        .hasMessageStartingWith(problem)
        .hasMessageNotContaining("SECRET")
        .hasNoCause();
  }

  @Test
  void lineThatIsNoOrder_holdsUpNoOther() throws IOException {
    OrderGateway gateway = gateway("SECRET\n" + ROW);
    assertThatThrownBy(gateway::fetch).hasMessage("line 1 is no order");
    Order order = gateway.fetch();
    assertThat(order).isNotNull();
    assertThat(order.id()).hasToString("o-1");
    assertThat(gateway.fetch()).isNull();
  }

  private String json(String row) throws IOException {
    return new String(
        serde.encode(OrderTranslator.toEvent(fetch(row)), (name, value) -> {}), UTF_8);
  }

  private static Order fetch(String row) throws IOException {
    Order order = gateway(row).fetch();
    if (order == null) {
      throw new AssertionError("no order");
    }
    return order;
  }

  private static OrderGateway gateway(String text) {
    return new LegacyOrders(new BufferedReader(new StringReader(text)));
  }
}
