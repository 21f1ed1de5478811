package dev.kafkaevents.testkit.memory;

import static dev.kafkaevents.testkit.memory.Lab.attempt;
import static dev.kafkaevents.testkit.memory.Lab.committed;
import static dev.kafkaevents.testkit.memory.Lab.drain;
import static dev.kafkaevents.testkit.memory.Lab.map;
import static dev.kafkaevents.testkit.memory.Lab.name;
import static dev.kafkaevents.testkit.memory.Lab.outcome;
import static dev.kafkaevents.testkit.memory.Lab.reader;
import static dev.kafkaevents.testkit.memory.Lab.record;
import static dev.kafkaevents.testkit.memory.Lab.send;
import static dev.kafkaevents.testkit.memory.Lab.values;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.kafkaevents.testkit.memory.Lab.Question;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RecordDeserializationException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** What a consumer reads, from where, in which portions. */
final class ConsumeQuestions {
  private ConsumeQuestions() {}

  static void add(Map<String, Question> all) {
    all.put("07-tombstone-deserializer", ConsumeQuestions::tombstone);
    all.put("08-poison-bytes-stick", ConsumeQuestions::poison);
    all.put("09-seek-replay", ConsumeQuestions::seekReplay);
    all.put("10-crash-before-commit-redelivers", ConsumeQuestions::redelivery);
    all.put("11-autocommit-on-close", ConsumeQuestions::autoCommitOnClose);
    all.put("12-pause-no-loss", ConsumeQuestions::pause);
    all.put("13-max-poll-records-order", ConsumeQuestions::maxPollRecords);
    all.put("23-thread-confinement", ConsumeQuestions::threadConfinement);
    all.put("24-latest-skips-history", ConsumeQuestions::latest);
    all.put("26-commit-ahead-and-metadata-limit", ConsumeQuestions::commitLimits);
    all.put("c01-auto-commit-interval", ConsumeQuestions::autoCommitInterval);
    all.put("c02-async-commit-callbacks", ConsumeQuestions::asyncCommits);
    all.put("c03-wakeup-is-kept", ConsumeQuestions::wakeup);
    all.put("c04-interrupt", ConsumeQuestions::interrupt);
    all.put("c05-fetch-bytes", ConsumeQuestions::fetchBytes);
    all.put("c06-partition-after-partition", ConsumeQuestions::partitionAfterPartition);
    all.put("c07-offsets-for-times", ConsumeQuestions::offsetsForTimes);
    all.put("c08-seek-to-ends", ConsumeQuestions::seekToEnds);
    all.put("c09-lag", ConsumeQuestions::lag);
    all.put("c10-deserializer-lifecycle", ConsumeQuestions::deserializerLifecycle);
    all.put("c11-poison-key-amid-partitions", ConsumeQuestions::poisonAmidPartitions);
    all.put("c12-no-reset", ConsumeQuestions::noReset);
    all.put("c13-reset-by-duration", ConsumeQuestions::resetByDuration);
    all.put("c14-seek-with-metadata", ConsumeQuestions::seekWithMetadata);
    all.put("c15-position-of-the-unread", ConsumeQuestions::positions);
    all.put("c16-pause-then-seek", ConsumeQuestions::pauseThenSeek);
    all.put("c17-null-headers-and-sizes", ConsumeQuestions::sizes);
    all.put("c18-wakeup-while-polling", ConsumeQuestions::wakeupWhilePolling);
    all.put("c19-next-offsets", ConsumeQuestions::nextOffsets);
    all.put("c20-committed-beyond-end", ConsumeQuestions::committedBeyondEnd);
    all.put("c21-assign-again", ConsumeQuestions::assignAgain);
    all.put("c22-wakeup-and-commit", ConsumeQuestions::wakeupAndCommit);
  }

  private static String tombstone(Lab lab, String topic) throws Exception {
    lab.createTopic(topic, 1);
    AtomicInteger serialized = new AtomicInteger();
    AtomicInteger deserialized = new AtomicInteger();
    Serializer<String> write =
        (t, data) -> {
          serialized.incrementAndGet();
          return data == null ? null : data.getBytes(UTF_8);
        };
    Deserializer<String> read =
        (t, data) -> {
          deserialized.incrementAndGet();
          return new String(data, UTF_8);
        };
    try (Producer<String, String> producer = lab.producer(map(), new StringSerializer(), write);
        Consumer<String, String> consumer =
            lab.consumer(reader(topic + "g"), new StringDeserializer(), read)) {
      send(producer, topic, "v", null, "");
      consumer.subscribe(List.of(topic));
      String values =
          drain(consumer, 3, 100).stream()
              .map(record -> record.value() == null ? "null" : "'" + record.value() + "'")
              .collect(Collectors.joining(","));
      return "serializerCalls="
          + serialized
          + " deserializerCalls="
          + deserialized
          + " values="
          + values;
    }
  }

  private static final Deserializer<String> DISGUSTED =
      (topic, data) -> {
        String value = new String(data, UTF_8);
        if (value.startsWith("poison")) {
          throw new SerializationException("bad bytes");
        }
        return value;
      };

  private static String poison(Lab lab, String topic) throws Exception {
    lab.createTopic(topic, 1);
    try (Producer<String, String> producer = lab.producer();
        Consumer<String, String> consumer =
            lab.consumer(reader(topic + "g"), new StringDeserializer(), DISGUSTED)) {
      send(producer, topic, "a", "poison", "b");
      consumer.subscribe(List.of(topic));
      List<String> log = new ArrayList<>();
      int thrown = 0;
      for (int i = 0; i < 120 && !log.contains("got:b") && log.size() < 6; i++) {
        try {
          consumer.poll(Duration.ofMillis(100)).forEach(record -> log.add("got:" + record.value()));
        } catch (RecordDeserializationException e) {
          log.add(
              e.origin()
                  + "@"
                  + e.offset()
                  + "/pos"
                  + consumer.position(e.topicPartition())
                  + "/"
                  + e.valueBuffer().remaining());
          if (++thrown == 2) {
            consumer.seek(e.topicPartition(), e.offset() + 1);
          }
        }
      }
      return String.join(" ", log);
    }
  }

  private static String seekReplay(Lab lab, String topic) throws Exception {
    lab.createTopic(topic, 1);
    TopicPartition id = new TopicPartition(topic, 0);
    try (Producer<String, String> producer = lab.producer();
        Consumer<String, String> consumer = lab.consumer(topic + "g")) {
      send(producer, topic, "v0", "v1", "v2", "v3");
      consumer.assign(List.of(id));
      String first = values(drain(consumer, 4, 60));
      consumer.seek(id, 2);
      String second = values(drain(consumer, 2, 30));
      consumer.seek(id, 99);
      String third = values(drain(consumer, 4, 30));
      return "first["
          + first
          + "] seek2["
          + second
          + "] seek99["
          + third
          + "] pos="
          + consumer.position(id);
    }
  }

  private static String redelivery(Lab lab, String topic) throws Exception {
    lab.createTopic(topic, 1);
    TopicPartition id = new TopicPartition(topic, 0);
    String first;
    String second;
    String other;
    try (Producer<String, String> producer = lab.producer()) {
      send(producer, topic, "v0", "v1", "v2", "v3");
    }
    try (Consumer<String, String> consumer = lab.consumer(topic + "g")) {
      consumer.subscribe(List.of(topic));
      first = values(drain(consumer, 4, 60));
      consumer.commitSync(Map.of(id, new OffsetAndMetadata(2, "meta")));
    }
    try (Consumer<String, String> consumer = lab.consumer(topic + "g")) {
      consumer.subscribe(List.of(topic));
      second = values(drain(consumer, 2, 60)) + "/" + committed(consumer, id);
    }
    try (Consumer<String, String> consumer = lab.consumer(topic + "g2")) {
      consumer.subscribe(List.of(topic));
      other = values(drain(consumer, 4, 60));
    }
    return "first[" + first + "] second[" + second + "] otherGroup[" + other + "]";
  }

  private static String autoCommitOnClose(Lab lab, String topic) throws Exception {
    lab.createTopic(topic, 1);
    try (Producer<String, String> producer = lab.producer()) {
      send(producer, topic, "v0", "v1", "v2");
    }
    String first;
    try (Consumer<String, String> consumer =
        lab.consumer(topic + "g", "enable.auto.commit", true, "max.poll.records", "2")) {
      consumer.subscribe(List.of(topic));
      first = values(drain(consumer, 2, 60));
    }
    try (Consumer<String, String> consumer =
        lab.consumer(topic + "g", "enable.auto.commit", true)) {
      consumer.subscribe(List.of(topic));
      return "first[" + first + "] second[" + values(drain(consumer, 3, 25)) + "]";
    }
  }

  private static String pause(Lab lab, String topic) throws Exception {
    lab.createTopic(topic, 2);
    TopicPartition paused = new TopicPartition(topic, 0);
    TopicPartition other = new TopicPartition(topic, 1);
    try (Producer<String, String> producer = lab.producer();
        Consumer<String, String> consumer = lab.consumer(topic + "g", "max.poll.records", "1")) {
      for (int i = 0; i < 3; i++) {
        producer.send(new ProducerRecord<>(topic, 0, "k", "a" + i)).get();
        producer.send(new ProducerRecord<>(topic, 1, "k", "b" + i)).get();
      }
      consumer.assign(List.of(paused, other));
      List<ConsumerRecord<String, String>> all = new ArrayList<>(drain(consumer, 1, 60));
      consumer.pause(List.of(paused));
      List<ConsumerRecord<String, String>> during = drain(consumer, 9, 12);
      boolean leak = during.stream().anyMatch(record -> record.partition() == 0);
      consumer.resume(List.of(paused));
      all.addAll(during);
      all.addAll(drain(consumer, 6 - all.size(), 60));
      return "leakWhilePaused=" + leak + " all=" + values(all);
    }
  }

  private static String maxPollRecords(Lab lab, String topic) throws Exception {
    lab.createTopic(topic, 1);
    try (Producer<String, String> producer = lab.producer();
        Consumer<String, String> consumer = lab.consumer(topic + "g", "max.poll.records", "2")) {
      send(producer, topic, "v0", "v1", "v2", "v3", "v4");
      consumer.assign(List.of(new TopicPartition(topic, 0)));
      return portions(consumer, 5);
    }
  }

  /** What each poll brings, until all is there. */
  private static String portions(Consumer<String, String> consumer, int total) {
    List<String> portions = new ArrayList<>();
    int count = 0;
    for (int i = 0; i < 60 && count < total; i++) {
      ConsumerRecords<String, String> records = consumer.poll(Duration.ofMillis(100));
      if (!records.isEmpty()) {
        List<String> portion = new ArrayList<>();
        records.forEach(record -> portion.add(record.value()));
        portions.add(String.join(",", portion));
        count += records.count();
      }
    }
    return portions.toString();
  }

  private static String threadConfinement(Lab lab, String topic) throws Exception {
    lab.createTopic(topic, 1);
    try (Consumer<String, String> consumer = lab.consumer(topic + "g")) {
      consumer.subscribe(List.of(topic));
      consumer.poll(Duration.ofMillis(50));
      CountDownLatch asked = new CountDownLatch(1);
      CompletableFuture<String> other = new CompletableFuture<>();
      Thread thread =
          new Thread(
              () -> {
                String answer = "accepted";
                while (answer.equals("accepted") && asked.getCount() > 0) {
                  answer = outcome(consumer::paused);
                  if (answer.equals("ok")) {
                    answer = "accepted";
                  }
                }
                other.complete(answer);
              });
      thread.start();
      String mine = "polled";
      for (int i = 0; i < 50 && !other.isDone(); i++) {
        // The other may come between; then it is this thread that is refused.
        String answer = outcome(() -> consumer.poll(Duration.ofMillis(200)));
        mine = answer.equals("ok") ? mine : answer;
      }
      asked.countDown();
      thread.join();
      String theirs = other.get();
      return theirs.equals("accepted") ? mine : theirs;
    }
  }

  private static String latest(Lab lab, String topic) throws Exception {
    lab.createTopic(topic, 1);
    try (Producer<String, String> producer = lab.producer();
        Consumer<String, String> consumer =
            lab.consumer(topic + "g", "auto.offset.reset", "latest")) {
      send(producer, topic, "old");
      consumer.subscribe(List.of(topic));
      Lab.pollUntil(() -> !consumer.assignment().isEmpty(), List.of(consumer));
      consumer.position(new TopicPartition(topic, 0));
      send(producer, topic, "new");
      return values(drain(consumer, 1, 60));
    }
  }

  private static String commitLimits(Lab lab, String topic) {
    lab.createTopic(topic, 1);
    TopicPartition id = new TopicPartition(topic, 0);
    TopicPartition unknown = new TopicPartition(topic + "zz", 0);
    TopicPartition beyond = new TopicPartition(topic, 7);
    try (Consumer<String, String> consumer = lab.consumer(topic + "g")) {
      consumer.assign(List.of(id));
      return "5kMetadata="
          + outcome(
              () -> consumer.commitSync(Map.of(id, new OffsetAndMetadata(0, "m".repeat(5000)))))
          + " beyondEnd="
          + outcome(() -> consumer.commitSync(Map.of(id, new OffsetAndMetadata(50))))
          + " negative="
          + outcome(() -> consumer.commitSync(Map.of(id, new OffsetAndMetadata(-1))))
          + " unknownTopic="
          + outcome(
              () ->
                  consumer.commitSync(
                      Map.of(unknown, new OffsetAndMetadata(0)), Duration.ofSeconds(2)))
          + " unknownPartition="
          + outcome(
              () ->
                  consumer.commitSync(
                      Map.of(beyond, new OffsetAndMetadata(0)), Duration.ofSeconds(2)));
    }
  }

  private static String autoCommitInterval(Lab lab, String topic) throws Exception {
    lab.createTopic(topic, 1);
    TopicPartition id = new TopicPartition(topic, 0);
    try (Producer<String, String> producer = lab.producer();
        Consumer<String, String> other = lab.consumer(topic + "g");
        Consumer<String, String> consumer =
            lab.consumer(
                topic + "g",
                "enable.auto.commit",
                true,
                "auto.commit.interval.ms",
                "3000",
                "max.poll.records",
                "2")) {
      send(producer, topic, "v0", "v1", "v2", "v3");
      consumer.subscribe(List.of(topic));
      drain(consumer, 2, 60);
      String early = committed(other, id);
      lab.pass(Duration.ofMillis(3_100));
      String later = "none";
      for (int i = 0; i < 50 && later.equals("none"); i++) {
        consumer.poll(Duration.ofMillis(200));
        lab.pass(Duration.ofMillis(100)); // A commit takes its time.
        later = committed(other, id);
      }
      // How much of what was returned since is in it, depends on when a client's own thread ran.
      return "early=" + early + " later=" + (later.equals("none") ? "none" : "some");
    }
  }

  private static String asyncCommits(Lab lab, String topic) throws Exception {
    lab.createTopic(topic, 1);
    TopicPartition id = new TopicPartition(topic, 0);
    try (Consumer<String, String> consumer = lab.consumer(topic + "g")) {
      consumer.assign(List.of(id));
      consumer.poll(Duration.ofMillis(50));
      List<String> calls = new ArrayList<>();
      Thread caller = Thread.currentThread();
      for (int i = 1; i <= 3; i++) {
        int offset = i;
        consumer.commitAsync(
            Map.of(id, new OffsetAndMetadata(offset)),
            (offsets, e) ->
                calls.add(offset + (Thread.currentThread() == caller ? "here" : "there")));
      }
      consumer.commitAsync(
          Map.of(id, new OffsetAndMetadata(4, "m".repeat(5000))),
          (offsets, e) -> calls.add(name(e)));
      for (int i = 0; i < 50 && calls.size() < 4; i++) {
        consumer.poll(Duration.ofMillis(20));
      }
      return calls + " committed=" + committed(consumer, id);
    }
  }

  private static String wakeup(Lab lab, String topic) throws Exception {
    lab.createTopic(topic, 1);
    try (Producer<String, String> producer = lab.producer();
        Consumer<String, String> consumer = lab.consumer(topic + "g")) {
      send(producer, topic, "v");
      consumer.assign(List.of(new TopicPartition(topic, 0)));
      consumer.wakeup();
      consumer.wakeup();
      String first = outcome(() -> consumer.poll(Duration.ofMillis(100)));
      return "first=" + first + " second=" + values(drain(consumer, 1, 60));
    }
  }

  private static String interrupt(Lab lab, String topic) {
    lab.createTopic(topic, 1);
    try (Consumer<String, String> consumer = lab.consumer(topic + "g")) {
      consumer.assign(List.of(new TopicPartition(topic, 0)));
      consumer.poll(Duration.ofMillis(50));
      Thread.currentThread().interrupt();
      String thrown = outcome(() -> consumer.poll(Duration.ofMillis(100)));
      boolean kept = Thread.interrupted();
      return thrown
          + " flagKept="
          + kept
          + " next="
          + outcome(() -> consumer.poll(Duration.ofMillis(50)));
    } finally {
      Thread.interrupted();
    }
  }

  private static String fetchBytes(Lab lab, String topic) throws Exception {
    lab.createTopic(topic, 1);
    try (Producer<String, String> producer = lab.producer();
        Consumer<String, String> consumer =
            lab.consumer(topic + "g", "max.partition.fetch.bytes", "1000")) {
      for (int i = 0; i < 4; i++) {
        producer.send(record(topic, i + "x".repeat(400))).get();
      }
      send(producer, topic, "big" + "y".repeat(3000), "last");
      consumer.assign(List.of(new TopicPartition(topic, 0)));
      List<Integer> sizes = new ArrayList<>();
      int count = 0;
      for (int i = 0; i < 60 && count < 6; i++) {
        int size = consumer.poll(Duration.ofMillis(100)).count();
        count += size;
        if (size > 0) {
          sizes.add(size);
        }
      }
      return "all=" + count + " largestPortionAtMost2=" + sizes.stream().allMatch(s -> s <= 2);
    }
  }

  private static String partitionAfterPartition(Lab lab, String topic) throws Exception {
    lab.createTopic(topic, 2);
    try (Producer<String, String> producer = lab.producer();
        Consumer<String, String> consumer = lab.consumer(topic + "g", "max.poll.records", "4")) {
      for (int i = 0; i < 6; i++) {
        producer.send(new ProducerRecord<>(topic, 0, "k", "x")).get();
        producer.send(new ProducerRecord<>(topic, 1, "k", "x")).get();
      }
      consumer.assign(List.of(new TopicPartition(topic, 0), new TopicPartition(topic, 1)));
      List<String> shapes = new ArrayList<>();
      int count = 0;
      for (int i = 0; i < 60 && count < 12; i++) {
        ConsumerRecords<String, String> records = consumer.poll(Duration.ofMillis(100));
        count += records.count();
        if (!records.isEmpty()) {
          shapes.add(
              records.partitions().stream()
                  .map(id -> String.valueOf(records.records(id).size()))
                  .sorted()
                  .collect(Collectors.joining("+")));
        }
      }
      return shapes.toString();
    }
  }

  private static String offsetsForTimes(Lab lab, String topic) throws Exception {
    lab.createTopic(topic, 2);
    TopicPartition id = new TopicPartition(topic, 0);
    TopicPartition empty = new TopicPartition(topic, 1);
    long base = System.currentTimeMillis() - 100_000;
    try (Producer<String, String> producer = lab.producer();
        Consumer<String, String> consumer = lab.consumer(topic + "g")) {
      for (long time : List.of(1000L, 3000L, 2000L, 5000L)) {
        producer.send(new ProducerRecord<>(topic, 0, base + time, "k", "v")).get();
      }
      List<String> answers = new ArrayList<>();
      for (long time : List.of(0L, 1000L, 1500L, 2500L, 4000L, 5000L, 6000L)) {
        var found = consumer.offsetsForTimes(Map.of(id, base + time, empty, base + time));
        answers.add(
            found.get(id) == null
                ? "none"
                : found.get(id).offset() + ":" + (found.get(id).timestamp() - base));
        if (found.get(empty) != null) {
          answers.add("unexpected");
        }
      }
      return answers + " negative=" + outcome(() -> consumer.offsetsForTimes(Map.of(id, -1L)));
    }
  }

  private static String seekToEnds(Lab lab, String topic) throws Exception {
    lab.createTopic(topic, 1);
    TopicPartition id = new TopicPartition(topic, 0);
    try (Producer<String, String> producer = lab.producer();
        Consumer<String, String> consumer = lab.consumer(topic + "g")) {
      send(producer, topic, "v0", "v1", "v2");
      consumer.assign(List.of(id));
      consumer.seekToEnd(List.of());
      long end = consumer.position(id);
      send(producer, topic, "v3");
      String last = values(drain(consumer, 1, 60));
      consumer.seekToBeginning(List.of(id));
      long begin = consumer.position(id);
      String all = values(drain(consumer, 4, 60));
      consumer.seekToEnd(List.of(id));
      send(producer, topic, "v4");
      // The end is looked up when it is needed, not when it is asked for.
      return end + " " + last + " " + begin + " [" + all + "] lazy=" + consumer.position(id);
    }
  }

  private static String lag(Lab lab, String topic) throws Exception {
    lab.createTopic(topic, 1);
    TopicPartition id = new TopicPartition(topic, 0);
    try (Producer<String, String> producer = lab.producer();
        Consumer<String, String> consumer = lab.consumer(topic + "g", "max.poll.records", "1")) {
      send(producer, topic, "v0", "v1", "v2");
      consumer.assign(List.of(id));
      drain(consumer, 1, 60);
      String one = consumer.currentLag(id).toString();
      drain(consumer, 2, 60);
      return one
          + " "
          + consumer.currentLag(id)
          + " "
          + attempt(() -> consumer.currentLag(new TopicPartition(topic, 9)));
    }
  }

  /** Counts what is done to it. */
  public static final class Counted extends StringDeserializer {
    static final AtomicInteger CONFIGURED = new AtomicInteger();
    static final AtomicInteger CLOSED = new AtomicInteger();

    @Override
    public void configure(Map<String, ?> configs, boolean isKey) {
      CONFIGURED.incrementAndGet();
    }

    @Override
    public void close() {
      CLOSED.incrementAndGet();
    }
  }

  @SuppressWarnings("NullAway")
  private static String deserializerLifecycle(Lab lab, String topic) {
    Counted.CONFIGURED.set(0);
    Counted.CLOSED.set(0);
    lab.consumer(reader(topic), new Counted(), new Counted()).close();
    String instances = Counted.CONFIGURED + "/" + Counted.CLOSED;
    Map<String, Object> config =
        reader(
            topic,
            "key.deserializer",
            Counted.class,
            "value.deserializer",
            Counted.class.getName());
    lab.consumer(config, (Deserializer<String>) null, (Deserializer<String>) null).close();
    return "instances=" + instances + " classes=" + Counted.CONFIGURED + "/" + Counted.CLOSED;
  }

  private static String poisonAmidPartitions(Lab lab, String topic) throws Exception {
    lab.createTopic(topic, 1);
    TopicPartition id = new TopicPartition(topic, 0);
    try (Producer<byte[], byte[]> producer =
            lab.producer(map(), new ByteArraySerializer(), new ByteArraySerializer());
        Consumer<String, String> consumer =
            lab.consumer(reader(topic + "g"), DISGUSTED, new StringDeserializer())) {
      producer.send(new ProducerRecord<>(topic, 0, "poison".getBytes(UTF_8), null)).get();
      producer.send(new ProducerRecord<>(topic, 0, null, "v".getBytes(UTF_8))).get();
      consumer.assign(List.of(id));
      List<String> log = new ArrayList<>();
      for (int i = 0; i < 60 && log.size() < 2; i++) {
        try {
          consumer.poll(Duration.ofMillis(100)).forEach(record -> log.add("got" + record.key()));
        } catch (RecordDeserializationException e) {
          log.add(e.origin() + "/" + (e.valueBuffer() == null) + "/" + name(e.getCause()));
          consumer.seek(id, e.offset() + 1);
        }
      }
      return log.toString();
    }
  }

  private static String noReset(Lab lab, String topic) throws Exception {
    lab.createTopic(topic, 1);
    TopicPartition id = new TopicPartition(topic, 0);
    try (Producer<String, String> producer = lab.producer();
        Consumer<String, String> consumer =
            lab.consumer(topic + "g", "auto.offset.reset", "none")) {
      send(producer, topic, "v0", "v1");
      consumer.assign(List.of(id));
      String position = attempt(() -> consumer.position(id));
      String fresh = outcome(() -> drain(consumer, 1, 20));
      consumer.seek(id, 1);
      String sought = attempt(() -> values(drain(consumer, 1, 20)));
      consumer.seek(id, 77);
      String beyond = attempt(() -> values(drain(consumer, 1, 20)));
      consumer.seekToBeginning(List.of(id));
      return "position="
          + position
          + " fresh="
          + fresh
          + " sought="
          + sought
          + " beyond="
          + beyond
          + " beginning="
          + attempt(() -> values(drain(consumer, 2, 20)));
    }
  }

  private static String resetByDuration(Lab lab, String topic) throws Exception {
    lab.createTopic(topic, 1);
    long now = System.currentTimeMillis();
    try (Producer<String, String> producer = lab.producer();
        Consumer<String, String> consumer =
            lab.consumer(topic + "g", "auto.offset.reset", "by_duration:PT1H")) {
      producer.send(new ProducerRecord<>(topic, 0, now - 7_200_000, "k", "old")).get();
      producer.send(new ProducerRecord<>(topic, 0, now - 60_000, "k", "new")).get();
      consumer.assign(List.of(new TopicPartition(topic, 0)));
      return values(drain(consumer, 1, 60));
    }
  }

  private static String seekWithMetadata(Lab lab, String topic) throws Exception {
    lab.createTopic(topic, 1);
    TopicPartition id = new TopicPartition(topic, 0);
    try (Producer<String, String> producer = lab.producer();
        Consumer<String, String> consumer = lab.consumer(topic + "g")) {
      send(producer, topic, "v0", "v1", "v2");
      consumer.assign(List.of(id));
      consumer.seek(id, new OffsetAndMetadata(1, "ignored"));
      String read = values(drain(consumer, 2, 60));
      consumer.commitSync();
      return read + " committed=" + committed(consumer, id);
    }
  }

  private static String positions(Lab lab, String topic) throws Exception {
    lab.createTopic(topic, 2);
    TopicPartition read = new TopicPartition(topic, 0);
    TopicPartition unread = new TopicPartition(topic, 1);
    try (Producer<String, String> producer = lab.producer();
        Consumer<String, String> consumer = lab.consumer(topic + "g")) {
      send(producer, topic, "v0", "v1");
      consumer.assign(List.of(read, unread));
      drain(consumer, 2, 60);
      consumer.commitSync();
      return consumer.position(read)
          + " "
          + consumer.position(unread)
          + " "
          + committed(consumer, read)
          + " "
          + committed(consumer, unread);
    }
  }

  private static String pauseThenSeek(Lab lab, String topic) throws Exception {
    lab.createTopic(topic, 1);
    TopicPartition id = new TopicPartition(topic, 0);
    try (Producer<String, String> producer = lab.producer();
        Consumer<String, String> consumer = lab.consumer(topic + "g", "max.poll.records", "1")) {
      send(producer, topic, "v0", "v1", "v2");
      consumer.assign(List.of(id));
      String first = values(drain(consumer, 1, 60));
      consumer.pause(List.of(id));
      consumer.seek(id, 0);
      String paused = values(drain(consumer, 1, 3)) + consumer.paused().size();
      consumer.resume(List.of(id));
      return first + " " + paused + " " + values(drain(consumer, 3, 60));
    }
  }

  private static String sizes(Lab lab, String topic) throws Exception {
    lab.createTopic(topic, 1);
    try (Producer<String, String> producer = lab.producer();
        Consumer<String, String> consumer = lab.consumer(topic + "g")) {
      producer.send(new ProducerRecord<>(topic, 0, null, null)).get();
      producer.send(new ProducerRecord<>(topic, 0, "key", "värde")).get();
      consumer.assign(List.of(new TopicPartition(topic, 0)));
      return drain(consumer, 2, 60).stream()
          .map(
              record ->
                  record.serializedKeySize()
                      + "/"
                      + record.serializedValueSize()
                      + "/"
                      + record.headers().toArray().length
                      + "/"
                      + record.leaderEpoch())
          .collect(Collectors.joining(" "));
    }
  }

  private static String wakeupWhilePolling(Lab lab, String topic) throws Exception {
    lab.createTopic(topic, 1);
    try (Consumer<String, String> consumer = lab.consumer(topic + "g")) {
      consumer.assign(List.of(new TopicPartition(topic, 0)));
      consumer.poll(Duration.ofMillis(50));
      Thread waker = new Thread(consumer::wakeup);
      long start = System.nanoTime();
      waker.start();
      String first = outcome(() -> consumer.poll(Duration.ofSeconds(20)));
      boolean soon = System.nanoTime() - start < TimeUnit.SECONDS.toNanos(10);
      waker.join();
      return first
          + " soon="
          + soon
          + " next="
          + outcome(() -> consumer.poll(Duration.ofMillis(10)));
    }
  }

  private static String nextOffsets(Lab lab, String topic) throws Exception {
    lab.createTopic(topic, 1);
    TopicPartition id = new TopicPartition(topic, 0);
    try (Producer<String, String> producer = lab.producer();
        Consumer<String, String> consumer = lab.consumer(topic + "g", "max.poll.records", "2")) {
      send(producer, topic, "v0", "v1", "v2");
      consumer.assign(List.of(id));
      for (int i = 0; i < 60; i++) {
        ConsumerRecords<String, String> records = consumer.poll(Duration.ofMillis(100));
        if (!records.isEmpty()) {
          return records.count() + " next=" + records.nextOffsets().get(id).offset();
        }
      }
      return "nothing";
    }
  }

  private static String committedBeyondEnd(Lab lab, String topic) throws Exception {
    lab.createTopic(topic, 1);
    TopicPartition id = new TopicPartition(topic, 0);
    try (Producer<String, String> producer = lab.producer();
        Consumer<String, String> consumer = lab.consumer(topic + "g")) {
      send(producer, topic, "v0", "v1");
      consumer.assign(List.of(id));
      consumer.commitSync(Map.of(id, new OffsetAndMetadata(40)));
    }
    try (Consumer<String, String> consumer = lab.consumer(topic + "g")) {
      consumer.subscribe(List.of(topic));
      return values(drain(consumer, 2, 60)) + " committed=" + committed(consumer, id);
    }
  }

  private static String assignAgain(Lab lab, String topic) throws Exception {
    lab.createTopic(topic, 2);
    TopicPartition kept = new TopicPartition(topic, 0);
    TopicPartition added = new TopicPartition(topic, 1);
    try (Producer<String, String> producer = lab.producer();
        Consumer<String, String> consumer = lab.consumer(topic + "g")) {
      send(producer, topic, "v0", "v1");
      consumer.assign(List.of(kept));
      drain(consumer, 2, 60);
      consumer.pause(List.of(kept));
      consumer.assign(List.of(kept, added));
      String both = consumer.position(kept) + "/" + consumer.paused().size();
      consumer.assign(List.of());
      return both
          + " empty="
          + consumer.assignment().size()
          + " poll="
          + outcome(() -> consumer.poll(Duration.ZERO))
          + " committed="
          + consumer.committed(Set.of(kept)).get(kept);
    }
  }

  private static String wakeupAndCommit(Lab lab, String topic) {
    lab.createTopic(topic, 1);
    TopicPartition id = new TopicPartition(topic, 0);
    try (Consumer<String, String> consumer = lab.consumer(topic + "g")) {
      consumer.assign(List.of(id));
      consumer.poll(Duration.ofMillis(50));
      consumer.wakeup();
      String commit = outcome(() -> consumer.commitSync(Map.of(id, new OffsetAndMetadata(0))));
      consumer.wakeup();
      String local =
          outcome(() -> consumer.seek(id, 0)) + outcome(() -> consumer.pause(Set.of(id)));
      return commit + " " + local + " poll=" + outcome(() -> consumer.poll(Duration.ofMillis(50)));
    }
  }
}
