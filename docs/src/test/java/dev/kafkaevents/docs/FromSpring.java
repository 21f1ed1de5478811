package dev.kafkaevents.docs;

import java.math.BigDecimal;
import org.springframework.context.annotation.Bean;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.listener.DeadLetterPublishingRecoverer;
import org.springframework.kafka.listener.DefaultErrorHandler;
import org.springframework.util.backoff.FixedBackOff;

/** What docs/migrating.md comes from; compiled, and never run. */
final class FromSpring {
  record OrderPlaced(String orderId, BigDecimal total) {}

  private final KafkaTemplate<Object, Object> template;

  FromSpring(KafkaTemplate<Object, Object> template) {
    this.template = template;
  }

  void place(OrderPlaced order) {
    template.send("orders", order.orderId(), order).join();
  }

  @KafkaListener(topics = "orders", groupId = "billing", concurrency = "3")
  void bill(OrderPlaced order) {
    charge(order);
  }

  @Bean
  DefaultErrorHandler errorHandler() {
    return new DefaultErrorHandler(
        new DeadLetterPublishingRecoverer(template), new FixedBackOff(200, 2));
  }

  private static void charge(OrderPlaced order) {
    throw new AssertionError(order);
  }
}
