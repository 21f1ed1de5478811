package dev.kafkaevents.examples.avroevolution;

import dev.kafkaevents.Topic;
import java.math.BigDecimal;
import org.apache.avro.reflect.AvroDefault;

/** The same event, which has a currency by now. All orders before were in euros. */
final class SecondVersion {
  static final Topic<OrderPlaced> ORDERS =
      Topic.of("evolving-orders", OrderPlaced.class).keyedBy(OrderPlaced::orderId);

  record OrderPlaced(String orderId, BigDecimal total, @AvroDefault("\"EUR\"") String currency) {}

  private SecondVersion() {}
}
