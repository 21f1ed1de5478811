package shop;

import dev.kafkaevents.testkit.KafkaBroker;

/** The shop on a real broker of its own, which ends with it. */
public final class LocalShop {
  public static void main(String[] args) {
    KafkaBroker broker = KafkaBroker.start();
    broker.createTopic("orders", 3);
    broker.createTopic("orders.dlq", 3);
    System.setProperty("kafka.bootstrap.servers", broker.bootstrapServers());
    Shop.main(args);
  }
}
