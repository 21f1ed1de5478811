package dev.kafkaevents.testkit.memory;

import static dev.kafkaevents.testkit.memory.Lab.attempt;
import static dev.kafkaevents.testkit.memory.Lab.committed;
import static dev.kafkaevents.testkit.memory.Lab.drain;
import static dev.kafkaevents.testkit.memory.Lab.outcome;
import static dev.kafkaevents.testkit.memory.Lab.record;
import static dev.kafkaevents.testkit.memory.Lab.send;
import static dev.kafkaevents.testkit.memory.Lab.values;

import dev.kafkaevents.testkit.memory.Lab.Question;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;

/** Logs that lose their beginning, transactions, and the administration of topics. */
final class LogQuestions {
  private LogQuestions() {}

  static void add(Map<String, Question> all) {
    all.put("17-retention-moves-log-start", LogQuestions::retention);
    all.put("18-txn-gaps-read-committed", LogQuestions::gaps);
    all.put("t01-open-transaction-holds-back", LogQuestions::openTransaction);
    all.put("t02-offsets-with-the-transaction", LogQuestions::offsetsWithTransaction);
    all.put("t03-second-fences-first", LogQuestions::fencing);
    all.put("t04-states", LogQuestions::states);
    all.put("t05-failed-send-in-transaction", LogQuestions::failedSend);
    all.put("t06-abort-drops-the-unsent", LogQuestions::abortUnsent);
    all.put("t07-uncommitted-end", LogQuestions::ends);
    all.put("t08-positions-over-markers", LogQuestions::positions);
    all.put("t09-transaction-of-a-zombie-group", LogQuestions::zombieOffsets);
    all.put("t10-close-aborts", LogQuestions::closeAborts);
    all.put("t11-empty-transaction", LogQuestions::emptyTransaction);
    all.put("t12-times-out", LogQuestions::timesOut);
    all.put("l01-delete-records", LogQuestions::deleteRecords);
    all.put("l02-topics", LogQuestions::topics);
    all.put("l03-deleted-topic", LogQuestions::deletedTopic);
    all.put("l04-configs", LogQuestions::configs);
    all.put("l05-list-offsets", LogQuestions::listOffsets);
    all.put("l06-cluster", LogQuestions::cluster);
    all.put("l07-prefetched-then-deleted", LogQuestions::prefetched);
  }

  private static String retention(Lab lab, String topic) throws Exception {
    lab.createTopic(topic, 1);
    TopicPartition id = new TopicPartition(topic, 0);
    try (Producer<String, String> producer = lab.producer()) {
      send(producer, topic, "v0", "v1", "v2", "v3", "v4");
    }
    try (Consumer<String, String> consumer = lab.consumer(topic + "g")) {
      consumer.assign(List.of(id));
      consumer.commitSync(Map.of(id, new OffsetAndMetadata(1)));
    }
    lab.deleteBefore(id, 3);
    String earliest;
    String none;
    String fresh;
    try (Consumer<String, String> consumer = lab.consumer(topic + "g")) {
      consumer.assign(List.of(id));
      earliest = values(drain(consumer, 2, 60));
    }
    try (Consumer<String, String> consumer =
        lab.consumer(topic + "g", "auto.offset.reset", "none")) {
      consumer.assign(List.of(id));
      none = attempt(() -> values(drain(consumer, 2, 30)));
    }
    try (Consumer<String, String> consumer =
        lab.consumer(topic + "fresh", "auto.offset.reset", "none")) {
      consumer.assign(List.of(id));
      fresh = attempt(() -> values(drain(consumer, 2, 30)));
    }
    try (Consumer<String, String> consumer = lab.consumer(topic + "g3")) {
      consumer.assign(List.of(id));
      return "earliest["
          + earliest
          + "] none="
          + none
          + "/"
          + fresh
          + " begin="
          + consumer.beginningOffsets(Set.of(id)).get(id)
          + " end="
          + consumer.endOffsets(Set.of(id)).get(id);
    }
  }

  private static String gaps(Lab lab, String topic) throws Exception {
    lab.createTopic(topic, 1);
    TopicPartition id = new TopicPartition(topic, 0);
    try (Producer<String, String> producer = lab.producer("transactional.id", topic + "tx")) {
      producer.initTransactions();
      producer.beginTransaction();
      producer.send(record(topic, "a"));
      producer.commitTransaction();
      producer.beginTransaction();
      producer.send(record(topic, "aborted"));
      producer.flush();
      producer.abortTransaction();
      producer.beginTransaction();
      producer.send(record(topic, "b"));
      producer.commitTransaction();
    }
    try (Consumer<String, String> committed =
            lab.consumer(topic + "g", "isolation.level", "read_committed");
        Consumer<String, String> uncommitted = lab.consumer(topic + "g2")) {
      committed.assign(List.of(id));
      uncommitted.assign(List.of(id));
      return "committed["
          + values(drain(committed, 2, 60))
          + " end="
          + committed.endOffsets(Set.of(id)).get(id)
          + "] uncommitted["
          + values(drain(uncommitted, 3, 60))
          + "]";
    }
  }

  private static String openTransaction(Lab lab, String topic) throws Exception {
    lab.createTopic(topic, 1);
    TopicPartition id = new TopicPartition(topic, 0);
    try (Producer<String, String> open = lab.producer("transactional.id", topic + "tx");
        Producer<String, String> plain = lab.producer();
        Consumer<String, String> consumer =
            lab.consumer(topic + "g", "isolation.level", "read_committed");
        Consumer<String, String> dirty = lab.consumer(topic + "g2")) {
      send(plain, topic, "before");
      open.initTransactions();
      open.beginTransaction();
      open.send(record(topic, "open")).get();
      send(plain, topic, "after");
      consumer.assign(List.of(id));
      dirty.assign(List.of(id));
      String held = values(drain(consumer, 3, 8));
      String all = values(drain(dirty, 3, 60));
      String ends =
          consumer.endOffsets(Set.of(id)).get(id) + "/" + dirty.endOffsets(Set.of(id)).get(id);
      open.commitTransaction();
      return "held["
          + held
          + "] dirty["
          + all
          + "] ends="
          + ends
          + " then["
          + values(drain(consumer, 2, 60))
          + "]";
    }
  }

  private static String offsetsWithTransaction(Lab lab, String topic) throws Exception {
    lab.createTopic(topic, 1);
    lab.createTopic(topic + "out", 1);
    TopicPartition id = new TopicPartition(topic, 0);
    try (Producer<String, String> plain = lab.producer();
        Producer<String, String> producer = lab.producer("transactional.id", topic + "tx");
        Consumer<String, String> consumer = lab.consumer(topic + "g")) {
      send(plain, topic, "v0", "v1");
      producer.initTransactions();
      consumer.subscribe(List.of(topic));
      drain(consumer, 2, 60);
      producer.beginTransaction();
      producer.send(record(topic + "out", "lost"));
      producer.sendOffsetsToTransaction(
          Map.of(id, new OffsetAndMetadata(1)), consumer.groupMetadata());
      producer.abortTransaction();
      String aborted = committed(consumer, id);
      producer.beginTransaction();
      producer.send(record(topic + "out", "kept"));
      producer.sendOffsetsToTransaction(
          Map.of(id, new OffsetAndMetadata(2, "m")), consumer.groupMetadata());
      producer.commitTransaction();
      String after = "none:";
      for (int i = 0; i < 20 && !after.startsWith("2"); i++) {
        after = committed(consumer, id);
      }
      return "aborted=" + aborted + " committed=" + after;
    }
  }

  private static String fencing(Lab lab, String topic) throws Exception {
    lab.createTopic(topic, 1);
    TopicPartition id = new TopicPartition(topic, 0);
    Producer<String, String> first = lab.producer("transactional.id", topic + "tx");
    try (Producer<String, String> second = lab.producer("transactional.id", topic + "tx");
        Consumer<String, String> consumer =
            lab.consumer(topic + "g", "isolation.level", "read_committed")) {
      first.initTransactions();
      first.beginTransaction();
      first.send(record(topic, "from the first")).get();
      second.initTransactions();
      second.beginTransaction();
      second.send(record(topic, "from the second")).get();
      second.commitTransaction();
      String commit = outcome(first::commitTransaction);
      String send = attempt(() -> first.send(record(topic, "more")).get());
      String begin = outcome(first::beginTransaction);
      consumer.assign(List.of(id));
      return "commit="
          + commit
          + " send="
          + send
          + " begin="
          + begin
          + " read["
          + values(drain(consumer, 1, 60))
          + "]";
    } finally {
      first.close(Duration.ofSeconds(1));
    }
  }

  private static String states(Lab lab, String topic) {
    lab.createTopic(topic, 1);
    try (Producer<String, String> plain = lab.producer();
        Producer<String, String> producer = lab.producer("transactional.id", topic + "tx")) {
      String answers =
          "plainInit="
              + outcome(plain::initTransactions)
              + " plainBegin="
              + outcome(plain::beginTransaction)
              + " beginFirst="
              + outcome(producer::beginTransaction)
              + " sendFirst="
              + attempt(() -> producer.send(record(topic, "v")).get())
              + " commitFirst="
              + outcome(producer::commitTransaction);
      producer.initTransactions();
      answers +=
          " initTwice="
              + outcome(producer::initTransactions)
              + " send="
              + attempt(() -> producer.send(record(topic, "v")).get())
              + " commit="
              + outcome(producer::commitTransaction)
              + " abort="
              + outcome(producer::abortTransaction)
              + " begin="
              + outcome(producer::beginTransaction)
              + " beginTwice="
              + outcome(producer::beginTransaction)
              + " end="
              + outcome(producer::abortTransaction);
      return answers;
    }
  }

  private static String failedSend(Lab lab, String topic) {
    lab.createTopic(topic, 1, Map.of("max.message.bytes", "1000"));
    try (Producer<String, String> producer =
        lab.producer("transactional.id", topic + "tx", "max.request.size", "5000")) {
      producer.initTransactions();
      producer.beginTransaction();
      String tooLarge = attempt(() -> producer.send(record(topic, "x".repeat(9000))).get());
      String commit = outcome(producer::commitTransaction);
      String send = attempt(() -> producer.send(record(topic, "v")).get());
      String abort = outcome(producer::abortTransaction);
      String begin = outcome(producer::beginTransaction);
      String refused = attempt(() -> producer.send(record(topic, "x".repeat(3000))).get());
      boolean second = outcome(producer::commitTransaction).equals("ok");
      String aborted = outcome(producer::abortTransaction);
      return "tooLarge="
          + tooLarge
          + " commit="
          + commit
          + " send="
          + send
          + " abort="
          + abort
          + " begin="
          + begin
          + " refused="
          + refused
          + " commit="
          + second
          + " abort="
          + aborted;
    }
  }

  private static String abortUnsent(Lab lab, String topic) throws Exception {
    lab.createTopic(topic, 1);
    TopicPartition id = new TopicPartition(topic, 0);
    try (Producer<String, String> producer =
            lab.producer("transactional.id", topic + "tx", "linger.ms", "20000");
        Consumer<String, String> consumer = lab.consumer(topic + "g")) {
      producer.initTransactions();
      producer.beginTransaction();
      Future<RecordMetadata> unsent = producer.send(record(topic, "v"));
      producer.abortTransaction();
      return attempt(unsent::get) + " end=" + consumer.endOffsets(Set.of(id)).get(id);
    }
  }

  private static String ends(Lab lab, String topic) throws Exception {
    lab.createTopic(topic, 1);
    TopicPartition id = new TopicPartition(topic, 0);
    try (Producer<String, String> producer = lab.producer("transactional.id", topic + "tx");
        Consumer<String, String> consumer =
            lab.consumer(
                topic + "g", "isolation.level", "read_committed", "auto.offset.reset", "latest")) {
      producer.initTransactions();
      producer.beginTransaction();
      producer.send(record(topic, "open")).get();
      consumer.assign(List.of(id));
      long start = consumer.position(id);
      producer.commitTransaction();
      return "start=" + start + " " + values(drain(consumer, 1, 60));
    }
  }

  private static String positions(Lab lab, String topic) throws Exception {
    lab.createTopic(topic, 1);
    TopicPartition id = new TopicPartition(topic, 0);
    try (Producer<String, String> producer = lab.producer("transactional.id", topic + "tx");
        Consumer<String, String> consumer =
            lab.consumer(topic + "g", "isolation.level", "read_committed")) {
      producer.initTransactions();
      producer.beginTransaction();
      producer.send(record(topic, "a"));
      producer.commitTransaction();
      producer.beginTransaction();
      producer.send(record(topic, "b"));
      producer.flush();
      producer.abortTransaction();
      consumer.assign(List.of(id));
      String read = values(drain(consumer, 1, 60));
      drain(consumer, 1, 5);
      consumer.commitSync();
      return read + " position=" + consumer.position(id) + " committed=" + committed(consumer, id);
    }
  }

  private static String zombieOffsets(Lab lab, String topic) throws Exception {
    lab.createTopic(topic, 1);
    TopicPartition id = new TopicPartition(topic, 0);
    try (Producer<String, String> producer = lab.producer("transactional.id", topic + "tx");
        Consumer<String, String> consumer = lab.consumer(topic + "g")) {
      producer.initTransactions();
      consumer.subscribe(List.of(topic));
      Lab.pollUntil(() -> consumer.assignment().size() == 1, List.of(consumer));
      var old = consumer.groupMetadata();
      consumer.unsubscribe();
      lab.pass(Duration.ofMillis(200));
      producer.beginTransaction();
      String send =
          outcome(
              () -> producer.sendOffsetsToTransaction(Map.of(id, new OffsetAndMetadata(0)), old));
      return send
          + " commit="
          + outcome(producer::commitTransaction)
          + " abort="
          + outcome(producer::abortTransaction);
    }
  }

  private static String closeAborts(Lab lab, String topic) throws Exception {
    lab.createTopic(topic, 1);
    TopicPartition id = new TopicPartition(topic, 0);
    Producer<String, String> producer = lab.producer("transactional.id", topic + "tx");
    producer.initTransactions();
    producer.beginTransaction();
    producer.send(record(topic, "open")).get();
    producer.close();
    try (Consumer<String, String> consumer =
        lab.consumer(topic + "g", "isolation.level", "read_committed")) {
      consumer.assign(List.of(id));
      long end = 0;
      for (int i = 0; i < 20 && end < 2; i++) {
        end = consumer.endOffsets(Set.of(id)).get(id);
        lab.pass(Duration.ofMillis(50));
      }
      return "end=" + end + " read[" + values(drain(consumer, 1, 5)) + "]";
    }
  }

  private static String emptyTransaction(Lab lab, String topic) throws Exception {
    lab.createTopic(topic, 1);
    TopicPartition id = new TopicPartition(topic, 0);
    try (Producer<String, String> producer = lab.producer("transactional.id", topic + "tx");
        Consumer<String, String> consumer = lab.consumer(topic + "g")) {
      producer.initTransactions();
      producer.beginTransaction();
      producer.commitTransaction();
      producer.beginTransaction();
      producer.abortTransaction();
      return "end=" + consumer.endOffsets(Set.of(id)).get(id);
    }
  }

  private static String timesOut(Lab lab, String topic) throws Exception {
    lab.createTopic(topic, 1);
    TopicPartition id = new TopicPartition(topic, 0);
    Producer<String, String> producer =
        lab.producer("transactional.id", topic + "tx", "transaction.timeout.ms", "1000");
    try (Consumer<String, String> consumer =
        lab.consumer(topic + "g", "isolation.level", "read_committed")) {
      producer.initTransactions();
      producer.beginTransaction();
      producer.send(record(topic, "slow")).get();
      lab.pass(Duration.ofSeconds(13)); // the broker looks every ten seconds
      String commit = outcome(producer::commitTransaction);
      consumer.assign(List.of(id));
      return "commit="
          + commit
          + " end="
          + consumer.endOffsets(Set.of(id)).get(id)
          + " read["
          + values(drain(consumer, 1, 3))
          + "]";
    } finally {
      producer.close(Duration.ofSeconds(1));
    }
  }

  private static String deleteRecords(Lab lab, String topic) throws Exception {
    lab.createTopic(topic, 1);
    TopicPartition id = new TopicPartition(topic, 0);
    try (Producer<String, String> producer = lab.producer();
        Consumer<String, String> consumer = lab.consumer(topic + "g")) {
      send(producer, topic, "v0", "v1", "v2");
      String beyond = outcome(() -> lab.deleteBefore(id, 9));
      String all = outcome(() -> lab.deleteBefore(id, -1));
      long next = producer.send(record(topic, "v3")).get().offset();
      return beyond
          + " "
          + all
          + " next="
          + next
          + " begin="
          + consumer.beginningOffsets(Set.of(id)).get(id);
    }
  }

  private static String topics(Lab lab, String topic) throws Exception {
    String created =
        outcome(
            () -> lab.admin().createTopics(List.of(new NewTopic(topic, 3, (short) 1))).all().get());
    String again =
        outcome(
            () -> lab.admin().createTopics(List.of(new NewTopic(topic, 3, (short) 1))).all().get());
    String illegal =
        outcome(
            () -> lab.admin().createTopics(List.of(new NewTopic("a b", 1, (short) 1))).all().get());
    String none =
        outcome(
            () ->
                lab.admin()
                    .createTopics(List.of(new NewTopic(topic + "0", 0, (short) 1)))
                    .all()
                    .get());
    String replicas =
        outcome(
            () ->
                lab.admin()
                    .createTopics(List.of(new NewTopic(topic + "r", 1, (short) 3)))
                    .all()
                    .get());
    String config =
        outcome(
            () ->
                lab.admin()
                    .createTopics(
                        List.of(new NewTopic(topic + "c", 1, (short) 1).configs(Map.of("no", "1"))))
                    .all()
                    .get());
    int partitions =
        lab.admin()
            .describeTopics(List.of(topic))
            .allTopicNames()
            .get()
            .get(topic)
            .partitions()
            .size();
    String unknown =
        outcome(() -> lab.admin().describeTopics(List.of(topic + "no")).allTopicNames().get());
    String fewer =
        outcome(
            () ->
                lab.admin()
                    .createPartitions(Map.of(topic, NewPartitions.increaseTo(2)))
                    .all()
                    .get());
    String deleted = outcome(() -> lab.admin().deleteTopics(List.of(topic)).all().get());
    String deletedAgain = outcome(() -> lab.admin().deleteTopics(List.of(topic)).all().get());
    return "created="
        + created
        + " again="
        + again
        + " illegal="
        + illegal
        + " none="
        + none
        + " replicas="
        + replicas
        + " config="
        + config
        + " partitions="
        + partitions
        + " unknown="
        + unknown
        + " fewer="
        + fewer
        + " deleted="
        + deleted
        + " deletedAgain="
        + deletedAgain;
  }

  private static String deletedTopic(Lab lab, String topic) throws Exception {
    lab.createTopic(topic, 1);
    try (Producer<String, String> producer =
        lab.producer(
            "delivery.timeout.ms",
            "1500",
            "request.timeout.ms",
            "1000",
            "linger.ms",
            "0",
            "max.block.ms",
            "1000")) {
      send(producer, topic, "v");
      lab.admin().deleteTopics(List.of(topic)).all().get();
      lab.pass(Duration.ofSeconds(2)); // a broker answers before it has let go of the log
      return attempt(() -> producer.send(record(topic, "w")).get());
    }
  }

  private static String configs(Lab lab, String topic) throws Exception {
    lab.createTopic(topic, 1, Map.of("cleanup.policy", "compact", "retention.ms", "1000"));
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    var configs = lab.admin().describeConfigs(List.of(resource)).all().get().get(resource);
    return configs.get("cleanup.policy").value()
        + " "
        + configs.get("retention.ms").value()
        + " "
        + configs.get("max.message.bytes").value()
        + " "
        + configs.get("cleanup.policy").isDefault();
  }

  private static String listOffsets(Lab lab, String topic) throws Exception {
    lab.createTopic(topic, 1);
    TopicPartition id = new TopicPartition(topic, 0);
    try (Producer<String, String> producer = lab.producer()) {
      send(producer, topic, "v0", "v1", "v2");
    }
    lab.deleteBefore(id, 1);
    return lab.admin().listOffsets(Map.of(id, OffsetSpec.earliest())).all().get().get(id).offset()
        + " "
        + lab.admin().listOffsets(Map.of(id, OffsetSpec.latest())).all().get().get(id).offset()
        + " "
        + lab.admin()
            .listOffsets(Map.of(id, OffsetSpec.forTimestamp(0)))
            .all()
            .get()
            .get(id)
            .offset()
        + " "
        + lab.admin()
            .listOffsets(Map.of(id, OffsetSpec.forTimestamp(Long.MAX_VALUE)))
            .all()
            .get()
            .get(id)
            .offset();
  }

  private static String cluster(Lab lab, String topic) throws Exception {
    lab.createTopic(topic, 1);
    return lab.admin().describeCluster().nodes().get().size()
        + " "
        + !lab.admin().describeCluster().clusterId().get().isEmpty()
        + " "
        + lab.admin().listTopics().names().get().contains(topic);
  }

  private static String prefetched(Lab lab, String topic) throws Exception {
    lab.createTopic(topic, 1);
    TopicPartition id = new TopicPartition(topic, 0);
    try (Producer<String, String> producer = lab.producer();
        Consumer<String, String> consumer = lab.consumer(topic + "g", "max.poll.records", "1")) {
      send(producer, topic, "v0", "v1", "v2");
      consumer.assign(List.of(id));
      String first = values(drain(consumer, 1, 60));
      lab.deleteBefore(id, 3);
      return first + " then " + values(drain(consumer, 2, 10));
    }
  }
}
