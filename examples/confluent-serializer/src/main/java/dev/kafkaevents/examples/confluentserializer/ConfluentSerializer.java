package dev.kafkaevents.examples.confluentserializer;

import dev.kafkaevents.Events;
import dev.kafkaevents.Topic;
import dev.kafkaevents.core.KafkaEvents;
import dev.kafkaevents.core.KafkaSerde;
import dev.kafkaevents.examples.cluster.Cluster;
import dev.kafkaevents.examples.cluster.Registry;
import dev.kafkaevents.serde.avro.AvroSerde;
import dev.kafkaevents.serde.avro.SchemaRegistry;
import dev.kafkaevents.spi.Serde;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;

/** One service with Confluent's serializer and one with ours, on one topic. */
public final class ConfluentSerializer {
  private static final Schema ORDER =
      new Schema.Parser()
          .parse(
              """
              {"type": "record", "name": "OrderPlaced", "namespace": "com.acme", "fields": [
                {"name": "orderId", "type": "string"},
                {"name": "cents", "type": "long"}]}""");

  private static final Topic<GenericRecord> ORDERS =
      Topic.of("confluent-orders", GenericRecord.class)
          .named(GenericRecord.class, "OrderPlaced")
          .keyedBy(order -> order.get("orderId").toString());

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int EACH = 100;

  private final PrintStream out;
  private boolean isGood = true;

  private ConfluentSerializer(PrintStream out) {
    this.out = out;
  }

  /** Whether all happened that it shows. */
  static boolean run(PrintStream out) {
    ConfluentSerializer example = new ConfluentSerializer(out);
    try (Registry registry = Registry.connect();
        Cluster cluster = Cluster.connect("confluent-serializer")) {
      out.println("Kafka:    " + cluster + "\nregistry: " + registry + "\n");
      cluster.createTopic(ORDERS.name(), 2);
      SchemaRegistry schemas = SchemaRegistry.builder(registry.url()).build();
      try (KafkaSerde confluent = confluent(registry);
          Events theirs = service(cluster, confluent);
          Events ours = service(cluster, AvroSerde.factory(schemas))) {
        example.run(theirs, ours);
      }
    }
    out.println(example.isGood ? "\nAll of it happened." : "\nNOT all of it happened.");
    return example.isGood;
  }

  private static KafkaSerde confluent(Registry registry) {
    return KafkaSerde.of(
            "io.confluent.kafka.serializers.KafkaAvroSerializer",
            "io.confluent.kafka.serializers.KafkaAvroDeserializer",
            Map.of("schema.registry.url", registry.url()))
        .withContentType("application/avro"); // as AvroSerde calls the same bytes
  }

  private static Events service(Cluster cluster, Serde.Factory serde) {
    return KafkaEvents.builder(cluster.config()).serde(serde).names(cluster.names()).build();
  }

  private void run(Events theirs, Events ours) {
    Set<String> byTheirs = new ConcurrentSkipListSet<>();
    Set<String> byOurs = new ConcurrentSkipListSet<>();
    theirs.subscribe(ORDERS, "theirs", order -> byTheirs.add(order.payload().toString()));
    ours.subscribe(ORDERS, "ours", order -> byOurs.add(order.payload().toString()));

    Set<String> published = new TreeSet<>();
    publish(theirs, 0, published);
    publish(ours, EACH, published);
    check(
        "what AvroSerde wrote is read by Confluent's, and its own", awaitAll(byTheirs, published));
    check("what Confluent's wrote is read by AvroSerde, and its own", awaitAll(byOurs, published));
  }

  private static void publish(Events events, int from, Set<String> published) {
    List<CompletableFuture<?>> futures = new ArrayList<>();
    for (int i = from; i < from + EACH; i++) {
      GenericRecord order = new GenericData.Record(ORDER);
      order.put("orderId", "o-" + i);
      order.put("cents", 100L * i);
      published.add(order.toString());
      futures.add(events.publish(ORDERS, order));
    }
    futures.forEach(CompletableFuture::join);
  }

  private static boolean awaitAll(Set<String> handled, Set<String> published) {
    long by = System.nanoTime() + PATIENCE.toNanos();
    while (handled.size() < published.size() && System.nanoTime() < by) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
    }
    return handled.equals(published);
  }

  private void check(String what, boolean holds) {
    out.println((holds ? "  yes  " : "! NO   ") + what);
    isGood &= holds;
  }

  /** Ends with 0 if all happened that it shows, and with 1 if not. */
  public static void main(String[] args) {
    System.exit(run(System.out) ? 0 : 1);
  }
}
