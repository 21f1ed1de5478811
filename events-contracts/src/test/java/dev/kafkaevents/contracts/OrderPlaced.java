package dev.kafkaevents.contracts;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.kafkaevents.Topic;
import java.math.BigDecimal;
import java.util.List;

/** As the shop has it. */
@JsonInclude(JsonInclude.Include.NON_NULL)
record OrderPlaced(String orderId, BigDecimal total, BigDecimal discount, List<Line> lines) {
  static final Topic<OrderPlaced> ORDERS =
      Topic.of("orders", OrderPlaced.class).keyedBy(OrderPlaced::orderId);

  record Line(String sku, int quantity) {}
}
