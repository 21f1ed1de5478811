package dev.kafkaevents.testkit.memory;

import static dev.kafkaevents.testkit.memory.Lab.attempt;
import static dev.kafkaevents.testkit.memory.Lab.drain;
import static dev.kafkaevents.testkit.memory.Lab.outcome;
import static dev.kafkaevents.testkit.memory.Lab.pollUntil;
import static dev.kafkaevents.testkit.memory.Lab.send;
import static dev.kafkaevents.testkit.memory.Lab.values;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Partitioner;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RoundRobinPartitioner;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.TopicPartition;

/** Settings that bring a class, what is asked for and not there, and what others do meanwhile. */
final class SettingQuestions {
  private SettingQuestions() {}

  static void add(Map<String, Lab.Question> all) {
    all.put("s01-partitioner-of-ones-own", SettingQuestions::partitioner);
    all.put("s02-round-robin", SettingQuestions::roundRobin);
    all.put("s03-callbacks-in-order", SettingQuestions::callbacks);
    all.put("s04-missing-partition", SettingQuestions::missingPartition);
    all.put("s05-missing-topic-among-others", SettingQuestions::missingTopic);
    all.put("s06-kept-partitions-stay-paused", SettingQuestions::keptStayPaused);
    all.put("s07-offsets-set-by-an-admin", SettingQuestions::offsetsSet);
    all.put("s08-members-removed-by-an-admin", SettingQuestions::membersRemoved);
    all.put("s09-two-transactions-at-once", SettingQuestions::twoTransactions);
    all.put("s10-rebalance-asked-for", SettingQuestions::enforced);
    all.put("s11-consumer-in-its-own-transaction", SettingQuestions::ownTransaction);
  }

  /** Everything to the last partition. */
  public static final class ToTheLast implements Partitioner {
    @Override
    public int partition(
        String topic, Object key, byte[] keyBytes, Object value, byte[] bytes, Cluster cluster) {
      return cluster.partitionCountForTopic(topic) - 1;
    }

    @Override
    public void close() {}

    @Override
    public void configure(Map<String, ?> configs) {}
  }

  private static String partitioner(Lab lab, String topic) throws Exception {
    lab.createTopic(topic, 3);
    try (Producer<String, String> producer = lab.producer("partitioner.class", ToTheLast.class)) {
      return producer.send(new ProducerRecord<>(topic, "k", "v")).get().partition()
          + " "
          + producer.send(new ProducerRecord<>(topic, "v")).get().partition()
          + " explicit="
          + producer.send(new ProducerRecord<>(topic, 1, "k", "v")).get().partition();
    }
  }

  private static String roundRobin(Lab lab, String topic) throws Exception {
    lab.createTopic(topic, 3);
    try (Producer<String, String> producer =
        lab.producer("partitioner.class", RoundRobinPartitioner.class)) {
      Set<Integer> met = new TreeSet<>();
      for (int i = 0; i < 3; i++) {
        met.add(producer.send(new ProducerRecord<>(topic, "same", "v")).get().partition());
      }
      return met.toString();
    }
  }

  private static String callbacks(Lab lab, String topic) {
    lab.createTopic(topic, 1);
    List<String> told = Collections.synchronizedList(new ArrayList<>());
    try (Producer<String, String> producer = lab.producer("linger.ms", "50")) {
      for (int i = 0; i < 5; i++) {
        int number = i;
        var unused =
            producer.send(
                new ProducerRecord<>(topic, 0, "k", "v"),
                (metadata, e) -> told.add(number + "@" + metadata.offset()));
      }
      producer.flush();
      return told.toString();
    }
  }

  private static String missingPartition(Lab lab, String topic) {
    lab.createTopic(topic, 1);
    TopicPartition missing = new TopicPartition(topic, 7);
    TopicPartition nowhere = new TopicPartition(topic + "-no", 0);
    Duration soon = Duration.ofMillis(500);
    try (Consumer<String, String> consumer = lab.consumer(topic + "g")) {
      String committed = attempt(() -> consumer.committed(Set.of(missing)).get(missing));
      String commit =
          outcome(() -> consumer.commitSync(Map.of(nowhere, new OffsetAndMetadata(1)), soon));
      String end = attempt(() -> consumer.endOffsets(Set.of(nowhere), soon));
      String times = attempt(() -> consumer.offsetsForTimes(Map.of(nowhere, 1L), soon));
      consumer.assign(List.of(missing));
      return "committed=%s commit=%s end=%s times=%s position=%s poll=%s"
          .formatted(
              committed,
              commit,
              end,
              times,
              attempt(() -> consumer.position(missing, soon)),
              attempt(() -> consumer.poll(soon).count()));
    }
  }

  private static String missingTopic(Lab lab, String topic) throws Exception {
    lab.createTopic(topic, 1);
    try (Producer<String, String> producer = lab.producer();
        Consumer<String, String> consumer = lab.consumer(topic + "g")) {
      send(producer, topic, "a");
      consumer.subscribe(List.of(topic, topic + "-no"));
      String got = values(drain(consumer, 1, 100));
      return got + " subscription=" + consumer.subscription().size();
    }
  }

  private static String keptStayPaused(Lab lab, String topic) throws Exception {
    lab.createTopic(topic, 2);
    Object[] cooperative =
        lab.groupsOfTheBroker()
            ? new Object[0]
            : new Object[] {
              "partition.assignment.strategy",
              "org.apache.kafka.clients.consumer.CooperativeStickyAssignor"
            };
    try (Producer<String, String> producer = lab.producer();
        Consumer<String, String> a = lab.consumer(topic + "g", cooperative);
        Consumer<String, String> b = lab.consumer(topic + "g", cooperative)) {
      for (int i = 0; i < 2; i++) {
        producer.send(new ProducerRecord<>(topic, i, "k", "v")).get();
      }
      a.subscribe(List.of(topic));
      int got = drain(a, 2, 100).size();
      a.pause(a.assignment());
      b.subscribe(List.of(topic));
      pollUntil(() -> a.assignment().size() == 1 && b.assignment().size() == 1, List.of(a, b));
      TopicPartition kept = a.assignment().iterator().next();
      return "got="
          + got
          + " paused="
          + a.paused().equals(Set.of(kept))
          + " position="
          + a.position(kept)
          + " ofTheOther="
          + b.paused().size();
    }
  }

  private static String offsetsSet(Lab lab, String topic) throws Exception {
    lab.createTopic(topic, 1);
    TopicPartition id = new TopicPartition(topic, 0);
    try (Producer<String, String> producer = lab.producer()) {
      send(producer, topic, "a", "b", "c");
    }
    lab.admin()
        .alterConsumerGroupOffsets(topic + "g", Map.of(id, new OffsetAndMetadata(2, "by hand")))
        .all()
        .get();
    try (Consumer<String, String> consumer = lab.consumer(topic + "g")) {
      consumer.subscribe(List.of(topic));
      return values(drain(consumer, 1, 100)) + " committed=" + Lab.committed(consumer, id);
    }
  }

  private static String membersRemoved(Lab lab, String topic) throws Exception {
    lab.createTopic(topic, 1);
    TopicPartition id = new TopicPartition(topic, 0);
    try (Producer<String, String> producer = lab.producer();
        Consumer<String, String> consumer = lab.consumer(topic + "g")) {
      send(producer, topic, "a");
      consumer.subscribe(List.of(topic));
      int got = drain(consumer, 1, 100).size();
      lab.admin()
          .removeMembersFromConsumerGroup(topic + "g", new RemoveMembersFromConsumerGroupOptions())
          .all()
          .get();
      String commit = outcome(() -> consumer.commitSync(Map.of(id, new OffsetAndMetadata(1))));
      return "got="
          + got
          + " commit="
          + commit
          + " again="
          + values(drain(consumer, 1, 150))
          + " "
          + outcome(() -> consumer.commitSync(Map.of(id, new OffsetAndMetadata(1))));
    }
  }

  private static String twoTransactions(Lab lab, String topic) throws Exception {
    lab.createTopic(topic, 1);
    TopicPartition id = new TopicPartition(topic, 0);
    try (Producer<String, String> one = lab.producer("transactional.id", topic + "1");
        Producer<String, String> two = lab.producer("transactional.id", topic + "2");
        Consumer<String, String> committed =
            lab.consumer(topic + "g", "isolation.level", "read_committed");
        Consumer<String, String> all = lab.consumer(topic + "h")) {
      one.initTransactions();
      two.initTransactions();
      one.beginTransaction();
      two.beginTransaction();
      send(one, topic, "a1");
      send(two, topic, "b1");
      send(one, topic, "a2");
      two.commitTransaction();
      committed.assign(List.of(id));
      all.assign(List.of(id));
      String before = values(drain(committed, 1, 5));
      send(one, topic, "a3");
      one.abortTransaction();
      return "before=["
          + before
          + "] after="
          + values(drain(committed, 1, 50))
          + " all="
          + values(drain(all, 4, 50))
          + " position="
          + committed.position(id);
    }
  }

  private static String enforced(Lab lab, String topic) {
    lab.createTopic(topic, 2);
    try (Consumer<String, String> consumer = lab.consumer(topic + "g")) {
      String early = outcome(consumer::enforceRebalance);
      consumer.subscribe(List.of(topic));
      pollUntil(() -> consumer.assignment().size() == 2, List.of(consumer));
      int generation = consumer.groupMetadata().generationId();
      consumer.enforceRebalance();
      if (lab.groupsOfTheBroker()) {
        int ignored = drain(consumer, 1, 3).size();
      } else {
        pollUntil(
            () ->
                consumer.groupMetadata().generationId() > generation
                    && consumer.assignment().size() == 2,
            List.of(consumer));
      }
      return early
          + " again="
          + consumer.assignment().size()
          + " new="
          + (consumer.groupMetadata().generationId() > generation);
    }
  }

  private static String ownTransaction(Lab lab, String topic) throws Exception {
    lab.createTopic(topic, 1);
    TopicPartition id = new TopicPartition(topic, 0);
    try (Producer<String, String> producer = lab.producer("transactional.id", topic + "t");
        Consumer<String, String> consumer =
            lab.consumer(topic + "g", "isolation.level", "read_committed")) {
      producer.initTransactions();
      consumer.assign(List.of(id));
      producer.beginTransaction();
      send(producer, topic, "mine");
      String within = values(drain(consumer, 1, 5));
      producer.commitTransaction();
      return "within=[" + within + "] after=" + values(drain(consumer, 1, 50));
    }
  }
}
