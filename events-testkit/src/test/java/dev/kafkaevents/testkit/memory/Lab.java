package dev.kafkaevents.testkit.memory;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** A Kafka to ask questions of, real or in memory, and the words the questions are asked in. */
abstract class Lab implements AutoCloseable {
  /** One question: makes what it needs of a fresh topic name, and answers in a line. */
  interface Question {
    String ask(Lab lab, String topic) throws Exception;
  }

  private static final Duration STEP = Duration.ofMillis(100);

  abstract void createTopic(String topic, int partitions, Map<String, String> configs);

  abstract Admin admin();

  abstract <K, V> Producer<K, V> producer(
      Map<String, Object> config, Serializer<K> keys, Serializer<V> values);

  abstract <K, V> Consumer<K, V> consumer(
      Map<String, Object> config, Deserializer<K> keys, Deserializer<V> values);

  /** Lets time pass. */
  abstract void pass(Duration time);

  /** Whether groups use the protocol of KIP-848. */
  abstract boolean groupsOfTheBroker();

  @Override
  public abstract void close();

  void createTopic(String topic, int partitions) {
    createTopic(topic, partitions, Map.of());
  }

  void addPartitions(String topic, int total) throws Exception {
    admin().createPartitions(Map.of(topic, NewPartitions.increaseTo(total))).all().get();
  }

  void deleteBefore(TopicPartition id, long offset) throws Exception {
    admin().deleteRecords(Map.of(id, RecordsToDelete.beforeOffset(offset))).all().get();
  }

  Producer<String, String> producer(Object... config) {
    return producer(map(config), new StringSerializer(), new StringSerializer());
  }

  /** Of group {@code group}, from the beginning, committing nothing by itself. */
  Consumer<String, String> consumer(String group, Object... config) {
    return consumer(reader(group, config), new StringDeserializer(), new StringDeserializer());
  }

  static Map<String, Object> reader(String group, Object... config) {
    Map<String, Object> map = map(config);
    map.put("group.id", group);
    map.putIfAbsent("auto.offset.reset", "earliest");
    map.putIfAbsent("enable.auto.commit", false);
    return map;
  }

  static Map<String, Object> map(Object... pairs) {
    Map<String, Object> map = new HashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      map.put((String) pairs[i], pairs[i + 1]);
    }
    return map;
  }

  static ProducerRecord<String, String> record(String topic, String value) {
    return new ProducerRecord<>(topic, 0, "k", value);
  }

  static void send(Producer<String, String> producer, String topic, String... values)
      throws Exception {
    for (String value : values) {
      producer.send(record(topic, value)).get();
    }
  }

  /** Polls until {@code count} records came, {@code polls} times at most. */
  static <K, V> List<ConsumerRecord<K, V>> drain(Consumer<K, V> consumer, int count, int polls) {
    List<ConsumerRecord<K, V>> records = new ArrayList<>();
    for (int i = 0; i < polls && records.size() < count; i++) {
      consumer.poll(STEP).forEach(records::add);
    }
    return records;
  }

  /** Polls all in turn until it is so, or for long enough. */
  static void pollUntil(BooleanSupplier so, List<? extends Consumer<?, ?>> consumers) {
    for (int i = 0; i < 150 && !so.getAsBoolean(); i++) {
      consumers.forEach(consumer -> consumer.poll(Duration.ofMillis(50)));
    }
  }

  static String values(Collection<? extends ConsumerRecord<?, ?>> records) {
    return records.stream()
        .map(record -> record.partition() + "@" + record.offset() + "=" + record.value())
        .sorted()
        .collect(Collectors.joining(" "));
  }

  static String committed(Consumer<?, ?> consumer, TopicPartition id) {
    OffsetAndMetadata committed = consumer.committed(java.util.Set.of(id)).get(id);
    return committed == null ? "none" : committed.offset() + ":" + committed.metadata();
  }

  /** What it returns, or the name of what it throws. */
  static String attempt(Callable<?> call) {
    try {
      return String.valueOf(call.call());
    } catch (Throwable e) {
      return "!" + name(e);
    }
  }

  interface Action {
    void run() throws Exception;
  }

  static String outcome(Action action) {
    return attempt(
        () -> {
          action.run();
          return "ok";
        });
  }

  static String name(Throwable e) {
    Throwable reason = e;
    while ((reason instanceof ExecutionException || reason instanceof CompletionException)
        && reason.getCause() != null) {
      reason = reason.getCause();
    }
    return reason.getClass().getSimpleName();
  }

  /** All the questions there are. */
  static Map<String, Question> questions() {
    Map<String, Question> all = new LinkedHashMap<>();
    PublishQuestions.add(all);
    ConsumeQuestions.add(all);
    GroupQuestions.add(all);
    LogQuestions.add(all);
    MisuseQuestions.add(all);
    SettingQuestions.add(all);
    return all;
  }
}
