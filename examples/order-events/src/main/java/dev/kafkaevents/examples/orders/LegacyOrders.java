package dev.kafkaevents.examples.orders;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.kafkaevents.serde.json.JsonSerde;
import java.io.BufferedReader;
import java.io.IOException;
import java.time.Instant;
import java.util.Currency;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Orders as the system of before exports them, one on a line: short names, seconds since 1970,
 * amounts in the smallest unit. None of that gets past here. Used by one thread.
 */
final class LegacyOrders implements OrderGateway {
  private final BufferedReader in;
  private final JsonMapper mapper = JsonSerde.mapper();
  private long line;

  record Row(
      String no, String cust, long ts, String cur, List<Position> pos, @Nullable Storno storno) {
    Row {
      requireNonNull(no);
      requireNonNull(cust);
      requireNonNull(cur);
      pos = List.copyOf(pos);
    }
  }

  record Position(String art, int qty, @JsonProperty("price") long minorUnits) {
    Position {
      requireNonNull(art);
    }
  }

  record Storno(long ts, String why) {
    Storno {
      requireNonNull(why);
    }
  }

  LegacyOrders(BufferedReader in) {
    this.in = in;
  }

  @Override
  public @Nullable Order fetch() throws IOException {
    String text = in.readLine();
    line++;
    if (text == null) {
      return null;
    }
    try {
      return order(mapper.readValue(text, Row.class));
    } catch (JacksonException e) {
      // Jackson quotes what it can't read.
      throw new InvalidOrderException("line " + line + " is no order");
    } catch (InvalidOrderException e) {
      throw new InvalidOrderException("line " + line + ": " + e.getMessage());
    }
  }

  private static Order order(Row row) {
    Currency currency = currency(row.cur());
    List<LineItem> items =
        row.pos().stream()
            .map(
                position ->
                    new LineItem(
                        position.art(),
                        position.qty(),
                        Money.ofMinorUnits(position.minorUnits(), currency)))
            .toList();
    Order order =
        Order.place(new OrderId(row.no()), row.cust(), Instant.ofEpochSecond(row.ts()), items);
    Storno storno = row.storno();
    return storno == null ? order : order.cancel(Instant.ofEpochSecond(storno.ts()), storno.why());
  }

  private static Currency currency(String code) {
    try {
      return Currency.getInstance(code);
    } catch (IllegalArgumentException e) {
      throw new InvalidOrderException("a currency is not one of ISO 4217");
    }
  }
}
