package dev.kafkaevents.faults;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaevents.Event;
import dev.kafkaevents.Events;
import dev.kafkaevents.Topic;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.clients.producer.ProducerInterceptor;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.Headers;
import org.junit.jupiter.api.Test;

/** Kafka's own interceptors, for whom alone its producer keeps the headers of a record. */
class ProducerInterceptorIT {
  private static final Queue<String> SEEN = new ConcurrentLinkedQueue<>();

  /** Made by Kafka, by its name. */
  public static final class Seeing implements ProducerInterceptor<byte[], byte[]> {
    @Override
    public ProducerRecord<byte[], byte[]> onSend(ProducerRecord<byte[], byte[]> record) {
      return record;
    }

    @Override
    public void onAcknowledgement(RecordMetadata metadata, Exception failure, Headers headers) {
      SEEN.add(new String(headers.lastHeader("ce_id").value(), UTF_8));
    }

    @Override
    public void configure(Map<String, ?> configs) {}

    @Override
    public void close() {}
  }

  @Test
  void interceptorOfKafka_seesTheHeadersOfWhatIsAcknowledged() {
    Cluster cluster = Cluster.shared();
    Topic<Step> topic = Step.topic(cluster.newTopic(1));
    try (Events events =
        cluster
            .events(cluster.config().withProducer("interceptor.classes", Seeing.class.getName()))
            .build()) {
      Event<Step> event = events.event(topic, new Step("k", 1));
      events.publish(topic, event).join();
      assertThat(SEEN).containsExactly(event.id());
    }
  }
}
