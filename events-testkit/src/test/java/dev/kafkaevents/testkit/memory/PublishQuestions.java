package dev.kafkaevents.testkit.memory;

import static dev.kafkaevents.testkit.memory.Lab.attempt;
import static dev.kafkaevents.testkit.memory.Lab.drain;
import static dev.kafkaevents.testkit.memory.Lab.map;
import static dev.kafkaevents.testkit.memory.Lab.name;
import static dev.kafkaevents.testkit.memory.Lab.reader;
import static dev.kafkaevents.testkit.memory.Lab.record;
import static dev.kafkaevents.testkit.memory.Lab.values;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.kafkaevents.testkit.memory.Lab.Question;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Where records go, when they are made bytes, and what a producer tells. */
final class PublishQuestions {
  private PublishQuestions() {}

  static void add(Map<String, Question> all) {
    all.put("01-keyed-partition", PublishQuestions::keyedPartition);
    all.put("02-bad-destination", PublishQuestions::badDestination);
    all.put("03-serialized-at-send", PublishQuestions::serializedAtSend);
    all.put("04-unserializable-sync-throw", PublishQuestions::unserializable);
    all.put("05-oversize-record-amid-others", PublishQuestions::oversizeAmidOthers);
    all.put("06-headers", PublishQuestions::headers);
    all.put("19-timestamps", PublishQuestions::timestamps);
    all.put("20-null-key-on-compacted", PublishQuestions::nullKeyOnCompacted);
    all.put("21-callback-thread", PublishQuestions::callbackThread);
    all.put("25-closed-producer", PublishQuestions::closedProducer);
    all.put("p01-no-key-is-sticky", PublishQuestions::noKeyIsSticky);
    all.put("p02-broker-limit", PublishQuestions::brokerLimit);
    all.put("p03-bytes-are-copied", PublishQuestions::bytesAreCopied);
    all.put("p04-throwing-callback", PublishQuestions::throwingCallback);
    all.put("p05-no-acks", PublishQuestions::noAcks);
    all.put("p06-serializer-lifecycle", PublishQuestions::serializerLifecycle);
    all.put("p07-flush-and-linger", PublishQuestions::flushAndLinger);
    all.put("p08-failed-metadata", PublishQuestions::failedMetadata);
    all.put("p09-future-timestamp", PublishQuestions::futureTimestamp);
    all.put("p10-null-key-in-a-batch", PublishQuestions::nullKeyInABatch);
    all.put("p11-close-from-callback", PublishQuestions::closeFromCallback);
    all.put("p12-ignored-keys", PublishQuestions::ignoredKeys);
    all.put("p13-order-of-serializers", PublishQuestions::orderOfSerializers);
    all.put("p14-after-close", PublishQuestions::afterClose);
    all.put("p15-partitions-for", PublishQuestions::partitionsFor);
    all.put("p16-close-in-a-hurry", PublishQuestions::closeInAHurry);
  }

  private static String keyedPartition(Lab lab, String topic) throws Exception {
    lab.createTopic(topic, 6);
    try (Producer<String, String> producer = lab.producer()) {
      List<Integer> partitions = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        partitions.add(
            producer.send(new ProducerRecord<>(topic, "order-" + i, "v")).get().partition());
      }
      return partitions.toString();
    }
  }

  private static String badDestination(Lab lab, String topic) {
    lab.createTopic(topic, 2);
    try (Producer<String, String> producer = lab.producer("max.block.ms", "700")) {
      String ninth =
          attempt(() -> producer.send(new ProducerRecord<>(topic, 9, "k", "v")).get().partition());
      String unknown =
          attempt(() -> producer.send(new ProducerRecord<>(topic + "-no", "k", "v")).get());
      String illegal =
          attempt(() -> producer.send(new ProducerRecord<>("bad topic!", "k", "v")).get());
      AtomicInteger inline = new AtomicInteger();
      Thread caller = Thread.currentThread();
      String where =
          attempt(
              () -> {
                producer.send(
                    new ProducerRecord<>(topic, 9, "k", "v"),
                    (metadata, e) -> inline.set(Thread.currentThread() == caller ? 1 : 2));
                return "future";
              });
      return "partition9="
          + ninth
          + " unknownTopic="
          + unknown
          + " illegalName="
          + illegal
          + " where="
          + where
          + " callback="
          + inline;
    }
  }

  private static String serializedAtSend(Lab lab, String topic) throws Exception {
    lab.createTopic(topic, 1);
    Serializer<StringBuilder> values = (t, data) -> data.toString().getBytes(UTF_8);
    try (Producer<String, StringBuilder> producer =
            lab.producer(map("linger.ms", "300"), new StringSerializer(), values);
        Consumer<String, String> consumer = lab.consumer(topic + "g")) {
      StringBuilder value = new StringBuilder("v1");
      Future<RecordMetadata> sent = producer.send(new ProducerRecord<>(topic, "k", value));
      value.append("-changed");
      sent.get();
      consumer.subscribe(List.of(topic));
      return values(drain(consumer, 1, 100));
    }
  }

  private static String unserializable(Lab lab, String topic) throws Exception {
    lab.createTopic(topic, 1);
    Serializer<String> values =
        (t, data) -> {
          if (data.startsWith("bad")) {
            throw new SerializationException("x");
          }
          return data.getBytes(UTF_8);
        };
    try (Producer<String, String> producer = lab.producer(map(), new StringSerializer(), values);
        Consumer<String, String> consumer = lab.consumer(topic + "g")) {
      producer.send(record(topic, "a")).get();
      AtomicInteger callbacks = new AtomicInteger();
      String where =
          attempt(
              () -> {
                producer.send(record(topic, "bad"), (metadata, e) -> callbacks.incrementAndGet());
                return "future";
              });
      long next = producer.send(record(topic, "b")).get().offset();
      consumer.subscribe(List.of(topic));
      return where
          + " callbacks="
          + callbacks
          + " nextOffset="
          + next
          + " delivered="
          + values(drain(consumer, 2, 100));
    }
  }

  private static String oversizeAmidOthers(Lab lab, String topic) throws Exception {
    lab.createTopic(topic, 1);
    try (Producer<String, String> producer = lab.producer("max.request.size", "2000");
        Consumer<String, String> consumer = lab.consumer(topic + "g")) {
      Future<RecordMetadata> before = producer.send(record(topic, "a"));
      String where =
          attempt(
              () -> {
                Future<RecordMetadata> big = producer.send(record(topic, "x".repeat(5000)));
                return "future:" + attempt(big::get);
              });
      Future<RecordMetadata> after = producer.send(record(topic, "b"));
      consumer.subscribe(List.of(topic));
      return where
          + " offsets="
          + before.get().offset()
          + ","
          + after.get().offset()
          + " delivered="
          + drain(consumer, 2, 60).size();
    }
  }

  private static String headers(Lab lab, String topic) throws Exception {
    lab.createTopic(topic, 1);
    try (Producer<String, String> producer = lab.producer();
        Consumer<String, String> consumer = lab.consumer(topic + "g")) {
      ProducerRecord<String, String> sent = record(topic, "v");
      sent.headers().add("a", new byte[] {1}).add("b", null).add("a", new byte[] {2});
      producer.send(sent).get();
      String late = attempt(() -> sent.headers().add("late", new byte[0]) == null);
      consumer.subscribe(List.of(topic));
      ConsumerRecord<String, String> read = drain(consumer, 1, 100).get(0);
      String headers =
          StreamSupport.stream(read.headers().spliterator(), false)
              .map(header -> header.key() + "=" + Arrays.toString(header.value()))
              .collect(Collectors.joining(" "));
      String readable = attempt(() -> read.headers().add("mine", new byte[0]) != null);
      return headers + " addAfterSend=" + late + " addAfterRead=" + readable;
    }
  }

  private static String timestamps(Lab lab, String topic) throws Exception {
    lab.createTopic(topic, 1);
    lab.createTopic(topic + "L", 1, Map.of("message.timestamp.type", "LogAppendTime"));
    try (Producer<String, String> producer = lab.producer();
        Consumer<String, String> consumer = lab.consumer(topic + "g")) {
      RecordMetadata created = producer.send(new ProducerRecord<>(topic, 0, 1000L, "k", "v")).get();
      RecordMetadata appended =
          producer.send(new ProducerRecord<>(topic + "L", 0, 1000L, "k", "v")).get();
      consumer.assign(List.of(new TopicPartition(topic, 0), new TopicPartition(topic + "L", 0)));
      Map<String, String> read = new TreeMap<>();
      for (ConsumerRecord<String, String> record : drain(consumer, 2, 60)) {
        read.put(
            record.topic().equals(topic) ? "create" : "append",
            record.timestampType() + ":" + (record.timestamp() == 1000 ? "1000" : "broker"));
      }
      return read
          + " meta="
          + created.timestamp()
          + ","
          + (appended.timestamp() > 1000 ? "broker" : appended.timestamp())
          + " sizes="
          + created.serializedKeySize()
          + "/"
          + created.serializedValueSize();
    }
  }

  private static String nullKeyOnCompacted(Lab lab, String topic) {
    lab.createTopic(topic, 1, Map.of("cleanup.policy", "compact"));
    try (Producer<String, String> producer = lab.producer()) {
      return attempt(() -> producer.send(new ProducerRecord<>(topic, 0, null, "v")).get().offset())
          + " then="
          + attempt(() -> producer.send(record(topic, "v")).get().offset());
    }
  }

  private static String callbackThread(Lab lab, String topic) throws Exception {
    lab.createTopic(topic, 1);
    try (Producer<String, String> producer = lab.producer("max.request.size", "2000")) {
      CompletableFuture<Thread> stored = new CompletableFuture<>();
      CompletableFuture<Thread> tooLarge = new CompletableFuture<>();
      producer.send(record(topic, "v"), (m, e) -> stored.complete(Thread.currentThread())).get();
      producer.send(
          record(topic, "x".repeat(5000)), (m, e) -> tooLarge.complete(Thread.currentThread()));
      Thread caller = Thread.currentThread();
      return "successOnCaller="
          + (stored.get(5, TimeUnit.SECONDS) == caller)
          + " tooLargeOnCaller="
          + (tooLarge.get(5, TimeUnit.SECONDS) == caller);
    }
  }

  private static String closedProducer(Lab lab, String topic) {
    lab.createTopic(topic, 1);
    Producer<String, String> producer = lab.producer("linger.ms", "5000");
    Future<RecordMetadata> pending = producer.send(record(topic, "v"));
    producer.close();
    return "pendingFlushed="
        + attempt(() -> pending.get(1, TimeUnit.SECONDS).offset())
        + " sendAfterClose="
        + attempt(() -> producer.send(record(topic, "v2")));
  }

  private static String noKeyIsSticky(Lab lab, String topic) throws Exception {
    lab.createTopic(topic, 6);
    lab.createTopic(topic + "b", 6);
    try (Producer<String, String> producer = lab.producer("linger.ms", "0")) {
      TreeSet<Integer> small = new TreeSet<>();
      TreeSet<Integer> big = new TreeSet<>();
      for (int i = 0; i < 30; i++) {
        small.add(producer.send(new ProducerRecord<>(topic, "v")).get().partition());
      }
      for (int i = 0; i < 60; i++) {
        big.add(
            producer.send(new ProducerRecord<>(topic + "b", "x".repeat(9000))).get().partition());
      }
      return "small=" + small.size() + " bigUsesMany=" + (big.size() > 2);
    }
  }

  private static String brokerLimit(Lab lab, String topic) throws Exception {
    lab.createTopic(topic, 1, Map.of("max.message.bytes", "1000"));
    Thread caller = Thread.currentThread();
    try (Producer<String, String> producer = lab.producer();
        Consumer<String, String> consumer = lab.consumer(topic + "g")) {
      CompletableFuture<String> where = new CompletableFuture<>();
      String a = attempt(() -> producer.send(record(topic, "a")).get().offset());
      String big =
          attempt(
              () ->
                  producer
                      .send(
                          record(topic, "x".repeat(5000)),
                          (m, e) ->
                              where.complete(
                                  m.offset()
                                      + "/"
                                      + m.partition()
                                      + "/"
                                      + (Thread.currentThread() == caller)))
                      .get());
      String b = attempt(() -> producer.send(record(topic, "b")).get().offset());
      consumer.subscribe(List.of(topic));
      return a
          + " "
          + big
          + " "
          + b
          + " callback="
          + where.get(5, TimeUnit.SECONDS)
          + " delivered="
          + values(drain(consumer, 2, 60));
    }
  }

  private static String bytesAreCopied(Lab lab, String topic) throws Exception {
    lab.createTopic(topic, 1);
    byte[] value = "before".getBytes(UTF_8);
    byte[] header = "before".getBytes(UTF_8);
    try (Producer<byte[], byte[]> producer =
            lab.producer(
                map("linger.ms", "200"), new ByteArraySerializer(), new ByteArraySerializer());
        Consumer<String, String> consumer = lab.consumer(topic + "g")) {
      ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, value);
      record.headers().add("h", header);
      Future<RecordMetadata> sent = producer.send(record);
      value[0] = 'X';
      header[0] = 'X';
      sent.get();
      consumer.subscribe(List.of(topic));
      ConsumerRecord<String, String> read = drain(consumer, 1, 100).get(0);
      return read.value() + " " + new String(read.headers().lastHeader("h").value(), UTF_8);
    }
  }

  private static String throwingCallback(Lab lab, String topic) throws Exception {
    lab.createTopic(topic, 1);
    try (Producer<String, String> producer = lab.producer()) {
      List<String> calls = new ArrayList<>();
      Future<RecordMetadata> first =
          producer.send(
              record(topic, "a"),
              (m, e) -> {
                calls.add("a");
                throw new IllegalStateException("in a callback");
              });
      Future<RecordMetadata> second = producer.send(record(topic, "b"), (m, e) -> calls.add("b"));
      String offsets = first.get().offset() + "," + second.get().offset();
      CompletableFuture<Long> nested = new CompletableFuture<>();
      producer.send(
          record(topic, "c"),
          (m, e) -> producer.send(record(topic, "d"), (m2, e2) -> nested.complete(m2.offset())));
      return offsets + " nested=" + nested.get(5, TimeUnit.SECONDS) + " calls=" + calls;
    }
  }

  private static String noAcks(Lab lab, String topic) throws Exception {
    lab.createTopic(topic, 1);
    try (Producer<String, String> producer = lab.producer("acks", "0");
        Consumer<String, String> consumer = lab.consumer(topic + "g")) {
      RecordMetadata sent =
          producer.send(new ProducerRecord<>(topic, 0, 1234L, "key", "value")).get();
      consumer.subscribe(List.of(topic));
      return sent.offset()
          + " "
          + sent.hasOffset()
          + " "
          + sent.partition()
          + " "
          + sent.timestamp()
          + " "
          + sent.hasTimestamp()
          + " "
          + sent.serializedKeySize()
          + "/"
          + sent.serializedValueSize()
          + " "
          + values(drain(consumer, 1, 60));
    }
  }

  /** Counts what is done to it. */
  public static final class Counted extends StringSerializer {
    static final AtomicInteger CONFIGURED = new AtomicInteger();
    static final AtomicInteger CLOSED = new AtomicInteger();

    @Override
    public void configure(Map<String, ?> configs, boolean isKey) {
      CONFIGURED.incrementAndGet();
      super.configure(configs, isKey);
    }

    @Override
    public void close() {
      CLOSED.incrementAndGet();
    }
  }

  @SuppressWarnings("NullAway")
  private static String serializerLifecycle(Lab lab, String topic) throws Exception {
    lab.createTopic(topic, 1);
    Counted.CONFIGURED.set(0);
    Counted.CLOSED.set(0);
    lab.producer(map(), new Counted(), new Counted()).close();
    String instances = Counted.CONFIGURED + "/" + Counted.CLOSED;
    Map<String, Object> config =
        map("key.serializer", Counted.class, "value.serializer", Counted.class);
    try (Producer<String, String> producer = lab.producer(config, null, null)) {
      producer.send(record(topic, "v")).get();
    }
    return "instances=" + instances + " classes=" + Counted.CONFIGURED + "/" + Counted.CLOSED;
  }

  private static String flushAndLinger(Lab lab, String topic) throws Exception {
    lab.createTopic(topic, 1);
    try (Producer<String, String> producer = lab.producer("linger.ms", "30000")) {
      Future<RecordMetadata> sent = producer.send(record(topic, "v"));
      boolean before = sent.isDone();
      producer.flush();
      return "before=" + before + " after=" + sent.isDone() + " offset=" + sent.get().offset();
    }
  }

  private static String failedMetadata(Lab lab, String topic) throws Exception {
    lab.createTopic(topic, 1);
    try (Producer<String, String> producer = lab.producer("max.request.size", "2000")) {
      List<String> seen = new ArrayList<>();
      producer.send(record(topic, "a")).get();
      producer.send(
          record(topic, "x".repeat(5000)),
          (m, e) ->
              seen.add(
                  m.topic().equals(topic)
                      + "/"
                      + m.partition()
                      + "/"
                      + m.offset()
                      + "/"
                      + m.timestamp()
                      + "/"
                      + m.serializedValueSize()
                      + "/"
                      + name(e)));
      return seen.toString();
    }
  }

  private static String futureTimestamp(Lab lab, String topic) {
    lab.createTopic(topic, 1);
    long day = Duration.ofDays(1).toMillis();
    long now = System.currentTimeMillis();
    try (Producer<String, String> producer = lab.producer()) {
      return "tomorrow="
          + attempt(() -> producer.send(new ProducerRecord<>(topic, 0, now + day, "k", "v")).get())
          + " yesterday="
          + attempt(
              () ->
                  producer.send(new ProducerRecord<>(topic, 0, now - day, "k", "v")).get().offset())
          + " negative="
          + attempt(() -> producer.send(new ProducerRecord<>(topic, 0, -5L, "k", "v")).get());
    }
  }

  private static String nullKeyInABatch(Lab lab, String topic) {
    lab.createTopic(topic, 1, Map.of("cleanup.policy", "compact"));
    try (Producer<String, String> producer = lab.producer("linger.ms", "300")) {
      Future<RecordMetadata> good = producer.send(record(topic, "good"));
      Future<RecordMetadata> bad = producer.send(new ProducerRecord<>(topic, 0, null, "bad"));
      producer.flush();
      return "good="
          + attempt(good::get)
          + " bad="
          + attempt(bad::get)
          + " next="
          + attempt(() -> producer.send(record(topic, "v")).get().offset());
    }
  }

  private static String closeFromCallback(Lab lab, String topic) throws Exception {
    lab.createTopic(topic, 1);
    Producer<String, String> producer = lab.producer();
    CompletableFuture<String> closed = new CompletableFuture<>();
    producer.send(
        record(topic, "v"),
        (m, e) -> {
          producer.close();
          closed.complete("closed");
        });
    String answer = closed.get(10, TimeUnit.SECONDS);
    return answer + " then=" + attempt(() -> producer.send(record(topic, "w")));
  }

  private static String ignoredKeys(Lab lab, String topic) throws Exception {
    lab.createTopic(topic, 6);
    try (Producer<String, String> producer =
        lab.producer("partitioner.ignore.keys", true, "linger.ms", "0")) {
      TreeSet<Integer> partitions = new TreeSet<>();
      for (int i = 0; i < 20; i++) {
        partitions.add(
            producer.send(new ProducerRecord<>(topic, "key-" + i, "v")).get().partition());
      }
      return "partitions=" + partitions.size();
    }
  }

  private static String orderOfSerializers(Lab lab, String topic) throws Exception {
    lab.createTopic(topic, 1);
    List<String> calls = new ArrayList<>();
    Serializer<String> keys = (t, data) -> called(calls, "key", data);
    Serializer<String> values = (t, data) -> called(calls, "value", data);
    try (Producer<String, String> producer =
        lab.producer(map("max.block.ms", "300"), keys, values)) {
      producer.send(record(topic, "v")).get();
      attempt(() -> producer.send(record(topic + "-no", "v")).get());
      attempt(() -> producer.send(new ProducerRecord<>(topic, 0, null, null)).get());
      return calls.toString();
    }
  }

  private static byte[] called(List<String> calls, String which, String data) {
    calls.add(which + ":" + data);
    return data == null ? null : data.getBytes(UTF_8);
  }

  private static String afterClose(Lab lab, String topic) {
    lab.createTopic(topic, 1);
    Producer<String, String> producer = lab.producer();
    producer.close();
    return "flush="
        + Lab.outcome(producer::flush)
        + " partitionsFor="
        + attempt(() -> producer.partitionsFor(topic).size())
        + " close="
        + Lab.outcome(producer::close);
  }

  private static String partitionsFor(Lab lab, String topic) {
    lab.createTopic(topic, 3);
    try (Producer<String, String> producer = lab.producer("max.block.ms", "300");
        Consumer<String, String> consumer =
            lab.consumer(
                map("default.api.timeout.ms", "1000"),
                new StringDeserializer(),
                new StringDeserializer())) {
      return "producer="
          + producer.partitionsFor(topic).size()
          + ","
          + attempt(() -> producer.partitionsFor(topic + "-no").size())
          + " consumer="
          + consumer.partitionsFor(topic).size()
          + ","
          + attempt(() -> consumer.partitionsFor(topic + "-no"))
          + " listed="
          + consumer.listTopics().containsKey(topic)
          + " leader="
          + (consumer.partitionsFor(topic).get(0).leader() != null)
          + " reader="
          + reader("x").size();
    }
  }

  private static String closeInAHurry(Lab lab, String topic) {
    lab.createTopic(topic, 1);
    Producer<String, String> producer = lab.producer("linger.ms", "30000");
    AtomicInteger callbacks = new AtomicInteger();
    Future<RecordMetadata> sent =
        producer.send(record(topic, "v"), (m, e) -> callbacks.incrementAndGet());
    producer.close(Duration.ZERO);
    return attempt(() -> sent.get(5, TimeUnit.SECONDS)) + " callbacks=" + callbacks;
  }
}
