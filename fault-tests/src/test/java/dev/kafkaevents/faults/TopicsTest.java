package dev.kafkaevents.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaevents.Events;
import dev.kafkaevents.core.KafkaClients;
import dev.kafkaevents.testkit.memory.InMemoryKafka;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.NotLeaderOrFollowerException;
import org.apache.kafka.common.internals.KafkaFutureImpl;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class TopicsTest {
  private static final int NOT_YET = 3;

  private final AtomicInteger asked = new AtomicInteger();

  /**
   * A broker acknowledges a topic that it does not serve yet; seen with a producer that began then,
   * and for which the order of its sequence numbers was lost for as long as a publish may take.
   */
  @Test
  void create_returnsWhenThePartitionsAreServed() {
    try (InMemoryKafka kafka = InMemoryKafka.start();
        Events events = kafka.events("test").clients(slow(kafka)).build()) {
      events.topics().create("orders", 2, Map.of());
      assertThat(asked).hasValue(NOT_YET + 1);
      assertThat(events.topics().find("orders")).isNotNull();
    }
  }

  /** Clients of a cluster whose leaders take office a while after a topic is there. */
  private KafkaClients slow(InMemoryKafka kafka) {
    KafkaClients clients = kafka.clients();
    return new KafkaClients() {
      @Override
      public Producer<byte[], byte[]> producer(Map<String, Object> config) {
        return clients.producer(config);
      }

      @Override
      public Consumer<byte[], byte[]> consumer(Map<String, Object> config) {
        return clients.consumer(config);
      }

      @Override
      public Admin admin(Map<String, Object> config) {
        return slow(clients.admin(config));
      }
    };
  }

  private Admin slow(Admin admin) {
    return (Admin)
        Proxy.newProxyInstance(
            Admin.class.getClassLoader(),
            new Class<?>[] {Admin.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("listOffsets") && asked.getAndIncrement() < NOT_YET) {
                return notYet();
              }
              try {
                return method.invoke(admin, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private static ListOffsetsResult notYet() {
    KafkaFutureImpl<ListOffsetsResult.ListOffsetsResultInfo> none = new KafkaFutureImpl<>();
    none.completeExceptionally(new NotLeaderOrFollowerException());
    return new ListOffsetsResult(Map.of(new TopicPartition("orders", 0), none));
  }
}
