package dev.kafkaevents.examples.quickstart;

import dev.kafkaevents.EventsConfig;
import dev.kafkaevents.EventsException;
import dev.kafkaevents.Headers;
import dev.kafkaevents.Message;
import dev.kafkaevents.Position;
import dev.kafkaevents.core.NameMapper;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Looks at a cluster with Kafka's own clients, so that what it finds does not rest on what is
 * checked. All methods wait for the cluster, and throw an {@link EventsException} if it refuses or
 * takes too long. Used by one thread.
 */
final class Inspector implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(15);
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(20);

  private final EventsConfig config;
  private final NameMapper names;
  private final Admin admin;

  Inspector(EventsConfig config, NameMapper names) {
    this.config = config;
    this.names = names;
    try {
      this.admin = Admin.create(settings(config.admin()));
    } catch (KafkaException e) {
      throw failed("connect", e);
    }
  }

  /**
   * Creates a topic. When that is acknowledged it is not known everywhere yet: waits until each
   * partition answers.
   */
  void create(String topic, int partitions) throws InterruptedException {
    String what = "create topic " + names.topic(topic);
    NewTopic newTopic = new NewTopic(names.topic(topic), Optional.of(partitions), Optional.empty());
    get(what, admin.createTopics(List.of(newTopic)).all());
    long start = System.nanoTime();
    while (true) {
      try {
        ends(topic, partitions);
        return;
      } catch (EventsException e) {
        boolean isYoung = System.nanoTime() - start < TIMEOUT.toNanos();
        if (!isYoung || !(e.getCause() instanceof RetriableException)) {
          throw e;
        }
        Thread.sleep(BETWEEN_LOOKS.toMillis());
      }
    }
  }

  /** The end offset of each partition. */
  Map<Integer, Long> ends(String topic, int partitions) throws InterruptedException {
    Map<TopicPartition, OffsetSpec> latest =
        partitions(topic, partitions).stream()
            .collect(Collectors.toMap(id -> id, id -> OffsetSpec.latest()));
    Map<TopicPartition, ListOffsetsResultInfo> found =
        get("read the end of topic " + names.topic(topic), admin.listOffsets(latest).all());
    Map<Integer, Long> ends = new HashMap<>();
    found.forEach((id, end) -> ends.put(id.partition(), end.offset()));
    return ends;
  }

  /** The committed offset of each partition that has one. */
  Map<Integer, Long> committed(String group, String topic) throws InterruptedException {
    Map<TopicPartition, OffsetAndMetadata> found =
        get(
            "read the offsets of group " + names.group(group),
            admin.listConsumerGroupOffsets(names.group(group)).partitionsToOffsetAndMetadata());
    Map<Integer, Long> committed = new HashMap<>();
    found.forEach(
        (id, offset) -> {
          if (offset != null && id.topic().equals(names.topic(topic))) {
            committed.put(id.partition(), offset.offset());
          }
        });
    return committed;
  }

  /** Reads all that is on {@code topic} now. */
  void read(String topic, int partitions, BiConsumer<Position, Message> reader)
      throws InterruptedException {
    long left = ends(topic, partitions).values().stream().mapToLong(Long::longValue).sum();
    try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
      consumer.assign(partitions(topic, partitions));
      consumer.seekToBeginning(consumer.assignment());
      long last = System.nanoTime();
      while (left > 0 && System.nanoTime() - last < TIMEOUT.toNanos()) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
          reader.accept(
              new Position(topic, record.partition(), record.offset()), message(topic, record));
          left--;
          last = System.nanoTime();
        }
      }
    } catch (KafkaException e) {
      throw failed("read topic " + names.topic(topic), e);
    }
  }

  private KafkaConsumer<byte[], byte[]> consumer() {
    Map<String, Object> settings = settings(config.consumer());
    settings.put("enable.auto.commit", false);
    return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  private static Message message(String topic, ConsumerRecord<byte[], byte[]> record) {
    List<Headers.Header> headers = new ArrayList<>();
    for (Header header : record.headers()) {
      headers.add(new Headers.Header(header.key(), header.value()));
    }
    return Message.of(topic, record.key(), record.value()).withHeaders(Headers.of(headers));
  }

  private List<TopicPartition> partitions(String topic, int partitions) {
    return IntStream.range(0, partitions)
        .mapToObj(i -> new TopicPartition(names.topic(topic), i))
        .toList();
  }

  private Map<String, Object> settings(Map<String, String> chosen) {
    Map<String, Object> settings = new HashMap<>();
    settings.put("default.api.timeout.ms", Math.toIntExact(TIMEOUT.toMillis()));
    settings.put("request.timeout.ms", Math.toIntExact(TIMEOUT.toMillis()));
    settings.putAll(chosen);
    settings.put("bootstrap.servers", config.bootstrapServers());
    return settings;
  }

  private <T> T get(String what, KafkaFuture<T> future) throws InterruptedException {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw failed(what, e.getCause() == null ? e : e.getCause());
    }
  }

  private EventsException failed(String what, Throwable cause) {
    Throwable root = cause;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return new EventsException(
        "can't %s at %s: %s"
            .formatted(
                what,
                config.bootstrapServers(),
                cause instanceof TimeoutException
                    ? "no answer within %d s; check the address, and that it runs"
                        .formatted(TIMEOUT.toSeconds())
                    : root.getMessage()),
        cause);
  }

  @Override
  public void close() {
    admin.close(Duration.ofSeconds(1));
  }
}
