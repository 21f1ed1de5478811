package dev.kafkaevents.examples.quickstart;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kafkaevents.examples.quickstart.OrderEvent.OrderCancelled;
import dev.kafkaevents.examples.quickstart.OrderEvent.OrderPaid;
import dev.kafkaevents.examples.quickstart.OrderEvent.OrderPlaced;
import dev.kafkaevents.examples.quickstart.OrderEvent.PaymentMethod;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class OrderInputTest {
  private static final String CANCELLED =
      "{\"type\":\"OrderCancelled\",\"orderId\":\"o-1\",\"reason\":\"why\"}";

  private final List<String> problems = new ArrayList<>();

  @Test
  void events_ofSeveralTypes_areReadExactly() {
    OrderInput input =
        input(
            """
            {"type":"OrderPlaced","orderId":"o-1","customer":"Zoë","total":10.50,"placedAt":"2026-11-16T07:31:31Z"}
            {"orderId":"o-1","amount":10.50,"method":"CARD","type":"OrderPaid","more":[1,2]}
            """);
    assertThat(input)
        .containsExactly(
            new OrderPlaced(
                "o-1", "Zoë", new BigDecimal("10.50"), Instant.parse("2026-11-16T07:31:31Z")),
            new OrderPaid("o-1", new BigDecimal("10.50"), PaymentMethod.CARD));
    assertThat(input.events()).isEqualTo(2);
    assertThat(problems).isEmpty();
  }

  @Test
  void sample_isAThousandEventsOfAHundredOrders() throws IOException {
    try (InputStream sample = OrderInputTest.class.getResourceAsStream("orders.ndjson")) {
      List<OrderEvent> events = new ArrayList<>();
      new OrderInput(Quickstart.ORDERS, sample, problems::add).forEach(events::add);
      assertThat(events).hasSize(1_000);
      assertThat(events.stream().collect(groupingBy(OrderEvent::orderId))).hasSize(100);
      assertThat(events.stream().collect(groupingBy(Object::getClass))).hasSize(6);
      assertThat(problems).isEmpty();
    }
  }

  @Test
  void blankLines_areIgnoredButCount() {
    OrderInput input = input("\n  \t\r\n" + CANCELLED + "\r\n\nnonsense\n");
    assertThat(input).hasSize(1);
    assertThat(problems).containsExactly("line 5 is not JSON from column 1 on");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "SECRET | is not JSON from column 1 on",
        "{`type`:`OrderPaid`,`SECRET | is not JSON from column 28 on",
        "[`SECRET`] | is not a JSON object",
        "`SECRET` | is not a JSON object",
        "null | is not a JSON object",
        "{`orderId`:`SECRET`} | has no \"type\"; it must be one of OrderPlaced, OrderPaid,",
        "{`type`:`SECRET`} | has an unknown \"type\"; it must be one of OrderPlaced, OrderPaid,",
        "{`type`:null} | has an unknown \"type\"; it must be one of OrderPlaced, OrderPaid,",
        "{`type`:{`SECRET`:1}} | has an unknown \"type\"; it must be one of OrderPlaced,"
            + " OrderPaid,",
        "{`type`:`OrderCancelled`,`orderId`:`SECRET`} | is an OrderCancelled without \"reason\"",
        "{`type`:`OrderCancelled`,`orderId`:null,`reason`:`SECRET`} | is an OrderCancelled without"
            + " \"orderId\"",
        "{`type`:`OrderCancelled`,`orderId`:[`SECRET`],`reason`:`SECRET`} | is no OrderCancelled:"
            + " \"orderId\" is of a wrong kind",
        "{`type`:`OrderPaid`,`orderId`:`o`,`amount`:`SECRET`,`method`:`CARD`} | is no OrderPaid:"
            + " \"amount\" is of a wrong kind",
        "{`type`:`OrderPaid`,`orderId`:`o`,`amount`:1,`method`:`SECRET`} | is no OrderPaid:"
            + " \"method\" is of a wrong kind",
        "{`type`:`ParcelPacked`,`orderId`:`o`,`parcel`:`p`,`grams`:1.5} | is no ParcelPacked:"
            + " \"grams\" is of a wrong kind",
        "{`type`:`OrderCancelled`,`orderId`:`o`,`reason`:`r`} SECRET | is not JSON",
      })
  void line_thatIsNoEvent_isReportedWithoutItsContentAndTheRestGoesOn(String line, String problem) {
    OrderInput input = input(CANCELLED + "\n" + line.replace('`', '"') + "\n" + CANCELLED);
    assertThat(input).hasSize(2);
    assertThat(input.malformed()).isEqualTo(1);
    assertThat(problems)
        .singleElement()
        .asString()
        .startsWith("line 2 " + problem)
        .doesNotContain("SECRET");
  }

  @Test
  void line_thatIsNotUtf8_isReported() {
    byte[] bytes = CANCELLED.replace("why", "\u00ff").getBytes(ISO_8859_1);
    OrderInput input =
        new OrderInput(Quickstart.ORDERS, new ByteArrayInputStream(bytes), problems::add);
    assertThat(input).isEmpty();
    assertThat(problems).singleElement().asString().startsWith("line 1 is not JSON");
  }

  @Test
  void line_thatIsTooLong_isReportedAndTheRestGoesOn() {
    OrderInput input = input("{\"type\":\"" + "x".repeat(Lines.MAX_BYTES) + "\"}\n" + CANCELLED);
    assertThat(input).containsExactly(new OrderCancelled("o-1", "why"));
    assertThat(problems).containsExactly("line 1 has more than 65536 bytes");
  }

  @Test
  void stream_withoutEnd_isReadAsItIsAskedFor() {
    byte[] line = (CANCELLED + "\n").getBytes(UTF_8);
    InputStream endless =
        new InputStream() {
          private long at;

          @Override
          public int read() {
            return line[(int) (at++ % line.length)];
          }

          @Override
          public int read(byte[] bytes, int offset, int length) {
            for (int i = 0; i < length; i++) {
              bytes[offset + i] = (byte) read();
            }
            return length;
          }
        };
    Iterator<OrderEvent> events =
        new OrderInput(Quickstart.ORDERS, endless, problems::add).iterator();
    for (int i = 0; i < 1_000; i++) {
      assertThat(events.next()).isEqualTo(new OrderCancelled("o-1", "why"));
    }
  }

  @Test
  void stream_thatBreaks_isSaidToTheReader() {
    InputStream broken =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("disk on fire");
          }

          @Override
          public int read(byte[] bytes, int offset, int length) throws IOException {
            throw new IOException("disk on fire");
          }
        };
    Iterator<OrderEvent> events =
        new OrderInput(Quickstart.ORDERS, broken, problems::add).iterator();
    assertThatThrownBy(events::hasNext)
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("disk on fire");
  }

  private OrderInput input(String text) {
    return new OrderInput(
        Quickstart.ORDERS, new ByteArrayInputStream(text.getBytes(UTF_8)), problems::add);
  }
}
