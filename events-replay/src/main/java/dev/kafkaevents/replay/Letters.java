package dev.kafkaevents.replay;

import dev.kafkaevents.EventsConfig;
import dev.kafkaevents.EventsException;
import dev.kafkaevents.Headers;
import dev.kafkaevents.Message;
import dev.kafkaevents.Position;
import dev.kafkaevents.UnavailableException;
import dev.kafkaevents.core.KafkaClients;
import dev.kafkaevents.resilience.DeadLetterOrigin;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * The letters of a topic, each partition up to where it ended when they were opened: what comes
 * later, perhaps of a replay itself, is left to another time.
 *
 * <p>With a run, which is a consumer group without members, how far it has come is committed
 * together with that end, so that the same run goes on after a crash, to the same end. Come to it,
 * it goes on from there to the present one. Confined to a thread.
 */
final class Letters implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(200);
  private static final long PATIENCE_NANOS = Duration.ofMinutes(1).toNanos();
  private static final Pattern END = Pattern.compile("end=([0-9]{1,18})");

  private final Consumer<byte[], byte[]> consumer;
  private final String topic;
  private final String servers;
  private final Map<TopicPartition, Long> ends;
  private final long total;

  private Letters(
      Consumer<byte[], byte[]> consumer, String topic, EventsConfig config, boolean isRun) {
    this.consumer = consumer;
    this.topic = topic;
    this.servers = config.bootstrapServers();
    Duration patience = config.startTimeout();
    List<TopicPartition> partitions = partitions(patience);
    consumer.assign(partitions);
    Map<TopicPartition, OffsetAndMetadata> committed =
        isRun ? consumer.committed(Set.copyOf(partitions), patience) : Map.of();
    Map<TopicPartition, Long> begins = consumer.beginningOffsets(partitions, patience);
    Map<TopicPartition, Long> present = consumer.endOffsets(partitions, patience);
    Map<TopicPartition, Long> from = new HashMap<>(begins);
    Map<TopicPartition, Long> to = new HashMap<>(present);
    committed.forEach(
        (partition, before) -> {
          if (before != null) {
            from.merge(partition, before.offset(), Math::max);
            to.computeIfPresent(partition, (same, end) -> end(before.metadata(), end));
          }
        });
    boolean isNext = letters(from, to) == 0; // the run came to its end, and goes on from there
    this.ends = isNext ? present : to;
    this.total = letters(from, ends);
    from.forEach(consumer::seek);
  }

  private static long letters(Map<TopicPartition, Long> from, Map<TopicPartition, Long> to) {
    return from.entrySet().stream()
        .mapToLong(each -> Math.max(0, to.getOrDefault(each.getKey(), 0L) - each.getValue()))
        .sum();
  }

  /**
   * All there are, or with {@code run} those that it has not come to. Blocks until the cluster has
   * answered a few questions, each within {@link EventsConfig#startTimeout}.
   */
  static Letters open(
      KafkaClients clients, EventsConfig config, String topic, @Nullable String run) {
    Map<String, Object> settings = new HashMap<>();
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    settings.putAll(config.consumer());
    settings.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, config.bootstrapServers());
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    settings.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    settings.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    if (run != null) {
      settings.put(ConsumerConfig.GROUP_ID_CONFIG, run);
    }
    Consumer<byte[], byte[]> consumer = null;
    try {
      consumer = clients.consumer(settings);
      return new Letters(consumer, topic, config, run != null);
    } catch (TimeoutException e) {
      close(consumer);
      throw new UnavailableException(
          "no Kafka cluster answered at %s within %d s; check the address, that it runs, and security.protocol"
              .formatted(config.bootstrapServers(), config.startTimeout().toSeconds()),
          e);
    } catch (KafkaException e) {
      close(consumer);
      throw unreadable(topic, config.bootstrapServers(), e);
    } catch (RuntimeException e) {
      close(consumer);
      throw e;
    }
  }

  private static EventsException unreadable(String topic, String servers, KafkaException e) {
    Throwable reason = e.getCause() == null ? e : e.getCause(); // of a client that was not made
    return new EventsException(
        "the dead letters of topic %s can't be read from %s: %s"
            .formatted(topic, servers, reason.getMessage()),
        e);
  }

  /** Nothing is left to be said to the cluster, which may be gone. */
  private static void close(@Nullable Consumer<?, ?> consumer) {
    if (consumer != null) {
      consumer.close(CloseOptions.timeout(Duration.ZERO));
    }
  }

  private List<TopicPartition> partitions(Duration patience) {
    List<PartitionInfo> infos = consumer.partitionsFor(topic, patience);
    if (infos == null || infos.isEmpty()) {
      throw new EventsException(
          "the cluster at %s has no topic %s; name the one with the dead letters, such as orders.dlq"
              .formatted(servers, topic));
    }
    return infos.stream().map(info -> new TopicPartition(topic, info.partition())).toList();
  }

  /** What a commit of ours says; the present end if it is somebody else's. */
  private static long end(String metadata, long present) {
    Matcher matcher = END.matcher(metadata);
    return matcher.matches() ? Math.min(present, Long.parseLong(matcher.group(1))) : present;
  }

  private long end(TopicPartition partition) {
    return ends.getOrDefault(partition, 0L);
  }

  /** How many offsets there are to go through. */
  long total() {
    return total;
  }

  /** Some more, in the order of their partition; none if there are no more. */
  List<Letter> next() {
    try {
      return read();
    } catch (KafkaException e) {
      throw unreadable(topic, servers, e);
    }
  }

  /** All that are left, read as they are asked for. */
  Stream<Letter> all() {
    return Stream.iterate(next(), some -> !some.isEmpty(), some -> next()).flatMap(List::stream);
  }

  private List<Letter> read() {
    long lastMoved = System.nanoTime();
    while (!isAtEnd()) {
      Map<TopicPartition, Long> before = positions();
      List<Letter> letters = new ArrayList<>();
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        if (record.offset() < end(new TopicPartition(record.topic(), record.partition()))) {
          letters.add(letter(record));
        }
      }
      if (!letters.isEmpty()) {
        return letters;
      }
      if (!positions().equals(before)) {
        lastMoved = System.nanoTime();
      } else if (System.nanoTime() - lastMoved > PATIENCE_NANOS) {
        throw new EventsException(
            "nothing came from %s for a minute, at %s of %s; what was done is done, and the same run goes on from there"
                .formatted(servers, before, ends));
      }
    }
    return List.of();
  }

  private boolean isAtEnd() {
    boolean allAre = true;
    for (Map.Entry<TopicPartition, Long> end : ends.entrySet()) {
      if (consumer.position(end.getKey()) < end.getValue()) {
        allAre = false;
      } else {
        consumer.pause(Set.of(end.getKey()));
      }
    }
    return allAre;
  }

  private Map<TopicPartition, Long> positions() {
    Map<TopicPartition, Long> positions = new HashMap<>();
    ends.keySet().forEach(partition -> positions.put(partition, consumer.position(partition)));
    return positions;
  }

  private static Letter letter(ConsumerRecord<byte[], byte[]> record) {
    List<Headers.Header> headers = new ArrayList<>();
    record.headers().forEach(each -> headers.add(new Headers.Header(each.key(), each.value())));
    Message message =
        Message.of(record.topic(), record.key(), record.value())
            .withHeaders(Headers.of(headers))
            .withTimestamp(
                record.timestamp() < 0 ? null : Instant.ofEpochMilli(record.timestamp()));
    return new Letter(
        new Position(record.topic(), record.partition(), record.offset()),
        message,
        DeadLetterOrigin.of(message));
  }

  /** Says that the run is at its start: a run that may not say so would begin again each time. */
  void begin() {
    commit(positions());
  }

  /** The run has come past these. */
  void commit(Map<TopicPartition, Long> passed) {
    Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    passed.forEach(
        (partition, offset) ->
            offsets.put(partition, new OffsetAndMetadata(offset, "end=" + end(partition))));
    try {
      consumer.commitSync(offsets);
    } catch (KafkaException e) {
      throw new EventsException(
          "how far the run has come can't be committed to %s; what came since its last commit will come again: %s"
              .formatted(servers, e.getMessage()),
          e);
    }
  }

  @Override
  public void close() {
    close(consumer);
  }
}
