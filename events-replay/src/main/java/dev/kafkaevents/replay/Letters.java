package dev.kafkaevents.replay;

import dev.kafkaevents.EventsConfig;
import dev.kafkaevents.EventsException;
import dev.kafkaevents.Headers;
import dev.kafkaevents.Message;
import dev.kafkaevents.Position;
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
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * The letters of a topic, each partition up to where it ended when they were opened: what comes
 * later, perhaps of a replay itself, is left to another time.
 *
 * <p>With a run, which is a consumer group without members, how far it has come is committed
 * together with that end, so that the same run goes on after a crash, to the same end. Confined to
 * a thread.
 */
final class Letters implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(200);
  private static final long PATIENCE_NANOS = Duration.ofMinutes(1).toNanos();
  private static final Pattern END = Pattern.compile("end=([0-9]{1,18})");

  private final Consumer<byte[], byte[]> consumer;
  private final Map<TopicPartition, Long> ends;
  private final long total;

  private Letters(Consumer<byte[], byte[]> consumer, String topic, boolean isRun) {
    this.consumer = consumer;
    List<TopicPartition> partitions = partitions(consumer, topic);
    consumer.assign(partitions);
    Map<TopicPartition, OffsetAndMetadata> committed =
        isRun ? consumer.committed(Set.copyOf(partitions)) : Map.of();
    Map<TopicPartition, Long> begins = consumer.beginningOffsets(partitions);
    this.ends = consumer.endOffsets(partitions);
    ends.replaceAll(
        (partition, end) -> {
          OffsetAndMetadata before = committed.get(partition);
          return before == null ? end : end(before.metadata(), end);
        });
    long letters = 0;
    for (Map.Entry<TopicPartition, Long> begin : begins.entrySet()) {
      TopicPartition partition = begin.getKey();
      OffsetAndMetadata before = committed.get(partition);
      long from = Math.max(begin.getValue(), before == null ? 0 : before.offset());
      consumer.seek(partition, from);
      letters += Math.max(0, end(partition) - from);
    }
    this.total = letters;
  }

  /** All there are, or with {@code run} those that it has not come to. */
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
    Consumer<byte[], byte[]> consumer = clients.consumer(settings);
    try {
      return new Letters(consumer, topic, run != null);
    } catch (KafkaException e) {
      consumer.close();
      throw new EventsException(
          "the dead letters of topic %s can't be read from %s: %s"
              .formatted(topic, config.bootstrapServers(), e.getMessage()),
          e);
    } catch (RuntimeException e) {
      consumer.close();
      throw e;
    }
  }

  private static List<TopicPartition> partitions(Consumer<?, ?> consumer, String topic) {
    List<PartitionInfo> infos = consumer.partitionsFor(topic);
    if (infos == null || infos.isEmpty()) {
      throw new EventsException(
          "there is no topic "
              + topic
              + "; name the one with the dead letters, such as orders.dlq");
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
            "nothing came for a minute, at %s of %s; what was done is done, and the same run goes on from there"
                .formatted(before, ends));
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

  /** The run has come past these. */
  void commit(Map<TopicPartition, Long> passed) {
    Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    passed.forEach(
        (partition, offset) ->
            offsets.put(partition, new OffsetAndMetadata(offset, "end=" + end(partition))));
    consumer.commitSync(offsets);
  }

  @Override
  public void close() {
    consumer.close();
  }
}
