package dev.kafkaevents.testkit.memory;

import static dev.kafkaevents.testkit.memory.Lab.attempt;
import static dev.kafkaevents.testkit.memory.Lab.committed;
import static dev.kafkaevents.testkit.memory.Lab.drain;
import static dev.kafkaevents.testkit.memory.Lab.outcome;
import static dev.kafkaevents.testkit.memory.Lab.pollUntil;
import static dev.kafkaevents.testkit.memory.Lab.reader;
import static dev.kafkaevents.testkit.memory.Lab.send;
import static dev.kafkaevents.testkit.memory.Lab.values;

import dev.kafkaevents.testkit.memory.Lab.Question;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/** Who gets which partitions when, and who may commit. */
final class GroupQuestions {
  private static final String COOPERATIVE = CooperativeStickyAssignor.class.getName();

  private GroupQuestions() {}

  static void add(Map<String, Question> all) {
    all.put("14-two-members-share", GroupQuestions::twoMembersShare);
    all.put("15-zombie-commit-fenced", GroupQuestions::zombieCommit);
    all.put("16-standby-takes-over", GroupQuestions::standby);
    all.put("22-partition-growth", GroupQuestions::partitionGrowth);
    all.put("g01-eager-or-not", GroupQuestions::eager);
    all.put("g02-cooperative-keeps", GroupQuestions::cooperative);
    all.put("g03-commit-when-revoked", GroupQuestions::commitWhenRevoked);
    all.put("g04-static-restart", GroupQuestions::staticRestart);
    all.put("g05-static-twice", GroupQuestions::staticTwice);
    all.put("g06-assigned-commit-into-live-group", GroupQuestions::commitIntoLiveGroup);
    all.put("g07-topic-after-subscribe", GroupQuestions::topicAfterSubscribe);
    all.put("g08-pattern", GroupQuestions::pattern);
    all.put("g09-unsubscribe", GroupQuestions::unsubscribe);
    all.put("g10-close-revokes", GroupQuestions::closeRevokes);
    all.put("g11-change-of-subscription", GroupQuestions::changeOfSubscription);
    all.put("g12-commit-mid-rebalance", GroupQuestions::commitMidRebalance);
    all.put("g13-evicted-comes-back", GroupQuestions::evictedComesBack);
    all.put("g14-two-topics", GroupQuestions::twoTopics);
    all.put("g15-listener-throws", GroupQuestions::listenerThrows);
    all.put("g16-commit-of-what-is-not-mine", GroupQuestions::commitOfOthers);
    all.put("g17-group-metadata", GroupQuestions::groupMetadata);
    all.put("g18-admin-of-groups", GroupQuestions::adminOfGroups);
    all.put("g19-idle-member-is-told", GroupQuestions::idleMemberIsTold);
    all.put("g20-no-common-assignor", GroupQuestions::noCommonAssignor);
    all.put("g21-seek-when-assigned", GroupQuestions::seekWhenAssigned);
    all.put("g22-auto-commit-when-revoked", GroupQuestions::autoCommitWhenRevoked);
    all.put("g23-offsets-of-an-old-generation", GroupQuestions::offsetsOfAnOldGeneration);
  }

  /** Writes down what it is told. */
  private static final class Notes implements ConsumerRebalanceListener {
    final List<String> all = new ArrayList<>();

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> ids) {
      all.add("revoked" + ids.size());
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> ids) {
      all.add("assigned" + ids.size());
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> ids) {
      all.add("lost" + ids.size());
    }
  }

  private static String twoMembersShare(Lab lab, String topic) throws Exception {
    lab.createTopic(topic, 4);
    try (Producer<String, String> producer = lab.producer();
        Consumer<String, String> a = lab.consumer(topic + "g");
        Consumer<String, String> b = lab.consumer(topic + "g")) {
      CompletableFuture<Thread> revokedOn = new CompletableFuture<>();
      a.subscribe(
          List.of(topic),
          new ConsumerRebalanceListener() {
            @Override
            public void onPartitionsRevoked(Collection<TopicPartition> ids) {
              revokedOn.complete(Thread.currentThread());
            }

            @Override
            public void onPartitionsAssigned(Collection<TopicPartition> ids) {}
          });
      pollUntil(() -> a.assignment().size() == 4, List.of(a));
      int alone = a.assignment().size();
      b.subscribe(List.of(topic));
      shareEvenly(a, b, 2);
      for (int i = 0; i < 4; i++) {
        producer.send(new ProducerRecord<>(topic, i, "k", "v" + i)).get();
      }
      List<ConsumerRecord<String, String>> records = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        a.poll(Duration.ofMillis(20)).forEach(records::add);
        b.poll(Duration.ofMillis(20)).forEach(records::add);
      }
      Set<TopicPartition> both = new HashSet<>(a.assignment());
      both.retainAll(b.assignment());
      return "alone="
          + alone
          + " a="
          + a.assignment().size()
          + " b="
          + b.assignment().size()
          + " overlap="
          + both.size()
          + " delivered="
          + records.size()
          + " revokedOnPollingThread="
          + (revokedOn.getNow(null) == Thread.currentThread());
    }
  }

  private static void shareEvenly(Consumer<?, ?> a, Consumer<?, ?> b, int each) {
    pollUntil(() -> a.assignment().size() == each && b.assignment().size() == each, List.of(a, b));
  }

  private static Object[] zombie(Lab lab) {
    return lab.groupsOfTheBroker()
        ? new Object[] {"max.poll.interval.ms", "1500"}
        : new Object[] {
          "max.poll.interval.ms",
          "1500",
          "session.timeout.ms",
          "1400",
          "heartbeat.interval.ms",
          "200"
        };
  }

  private static String zombieCommit(Lab lab, String topic) throws Exception {
    lab.createTopic(topic, 1);
    TopicPartition id = new TopicPartition(topic, 0);
    try (Producer<String, String> producer = lab.producer();
        Consumer<String, String> a = lab.consumer(topic + "g", zombie(lab));
        Consumer<String, String> b = lab.consumer(topic + "g")) {
      send(producer, topic, "v0");
      a.subscribe(List.of(topic));
      String first = values(drain(a, 1, 60));
      lab.pass(Duration.ofSeconds(4));
      b.subscribe(List.of(topic));
      String second = values(drain(b, 1, 100));
      String commit = outcome(() -> a.commitSync(Map.of(id, new OffsetAndMetadata(1))));
      List<String> polls = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        polls.add(outcome(() -> a.poll(Duration.ofMillis(100))));
      }
      return "a=" + first + " b=" + second + " zombieCommit=" + commit + " " + polls;
    }
  }

  private static String standby(Lab lab, String topic) throws Exception {
    lab.createTopic(topic, 1);
    TopicPartition id = new TopicPartition(topic, 0);
    try (Producer<String, String> producer = lab.producer();
        Consumer<String, String> a = lab.consumer(topic + "g");
        Consumer<String, String> b = lab.consumer(topic + "g")) {
      send(producer, topic, "v0", "v1", "v2");
      a.subscribe(List.of(topic));
      drain(a, 3, 60);
      a.commitSync(Map.of(id, new OffsetAndMetadata(1)));
      b.subscribe(List.of(topic));
      for (int i = 0; i < 60; i++) {
        a.poll(Duration.ofMillis(30));
        b.poll(Duration.ofMillis(30));
        if (i > 10 && a.assignment().size() + b.assignment().size() == 1) {
          break;
        }
      }
      int owners = a.assignment().size() + b.assignment().size();
      Consumer<String, String> owner = a.assignment().isEmpty() ? b : a;
      Consumer<String, String> other = owner == a ? b : a;
      owner.close();
      return "owners=" + owners + " takeover=" + values(drain(other, 2, 100));
    }
  }

  private static String partitionGrowth(Lab lab, String topic) throws Exception {
    lab.createTopic(topic, 2);
    try (Producer<String, String> producer = lab.producer("metadata.max.age.ms", "300");
        Consumer<String, String> consumer =
            lab.consumer(topic + "g", "metadata.max.age.ms", "300")) {
      int before = producer.send(new ProducerRecord<>(topic, "order-3", "v")).get().partition();
      consumer.subscribe(List.of(topic));
      drain(consumer, 1, 60);
      lab.addPartitions(topic, 7);
      for (int i = 0; i < 20 && producer.partitionsFor(topic).size() < 7; i++) {
        lab.pass(Duration.ofMillis(300));
      }
      int after = producer.send(new ProducerRecord<>(topic, "order-3", "v2")).get().partition();
      pollUntil(() -> consumer.assignment().size() == 7, List.of(consumer));
      return "before=" + before + " after=" + after + " assigned=" + consumer.assignment().size();
    }
  }

  private static String eager(Lab lab, String topic) throws Exception {
    return rebalanced(lab, topic);
  }

  private static String cooperative(Lab lab, String topic) throws Exception {
    return lab.groupsOfTheBroker()
        ? rebalanced(lab, topic)
        : rebalanced(lab, topic, "partition.assignment.strategy", COOPERATIVE);
  }

  /** What happens to one who has read all, committed nothing and paused all, as another joins. */
  private static String rebalanced(Lab lab, String topic, Object... config) throws Exception {
    lab.createTopic(topic, 4);
    try (Producer<String, String> producer = lab.producer();
        Consumer<String, String> a = lab.consumer(topic + "g", config);
        Consumer<String, String> b = lab.consumer(topic + "g", config)) {
      for (int i = 0; i < 4; i++) {
        producer.send(new ProducerRecord<>(topic, i, "k", "v" + i)).get();
      }
      Notes notes = new Notes();
      a.subscribe(List.of(topic), notes);
      drain(a, 4, 60);
      a.pause(a.assignment());
      b.subscribe(List.of(topic));
      int again = 0;
      for (int i = 0; i < 150 && !(a.assignment().size() == 2 && b.assignment().size() == 2); i++) {
        again += a.poll(Duration.ofMillis(50)).count();
        b.poll(Duration.ofMillis(50));
      }
      again += drain(a, 4, 5).size();
      return notes.all + " paused=" + a.paused().size() + " again=" + again;
    }
  }

  private static String commitWhenRevoked(Lab lab, String topic) throws Exception {
    lab.createTopic(topic, 2);
    List<String> commits = new ArrayList<>();
    try (Producer<String, String> producer = lab.producer();
        Consumer<String, String> a = lab.consumer(topic + "g");
        Consumer<String, String> b = lab.consumer(topic + "g")) {
      for (int i = 0; i < 2; i++) {
        producer.send(new ProducerRecord<>(topic, i, "k", "v" + i)).get();
      }
      a.subscribe(
          List.of(topic),
          new ConsumerRebalanceListener() {
            @Override
            public void onPartitionsRevoked(Collection<TopicPartition> ids) {
              commits.add(outcome(() -> a.commitSync()));
              commits.add(a.assignment().containsAll(ids) ? "still mine" : "gone");
            }

            @Override
            public void onPartitionsAssigned(Collection<TopicPartition> ids) {}
          });
      drain(a, 2, 60);
      b.subscribe(List.of(topic));
      shareEvenly(a, b, 1);
      return commits + " again=" + (drain(a, 1, 5).size() + drain(b, 1, 5).size());
    }
  }

  private static String staticRestart(Lab lab, String topic) throws Exception {
    lab.createTopic(topic, 2);
    Notes notes = new Notes();
    try (Consumer<String, String> b = lab.consumer(topic + "g", "group.instance.id", "b")) {
      Consumer<String, String> a = lab.consumer(topic + "g", "group.instance.id", "a");
      a.subscribe(List.of(topic));
      b.subscribe(List.of(topic), notes);
      shareEvenly(a, b, 1);
      Set<TopicPartition> before = a.assignment();
      int told = notes.all.size();
      a.close();
      for (int i = 0; i < 10; i++) {
        b.poll(Duration.ofMillis(50));
      }
      int alone = b.assignment().size();
      try (Consumer<String, String> again = lab.consumer(topic + "g", "group.instance.id", "a")) {
        Notes restarted = new Notes();
        again.subscribe(List.of(topic), restarted);
        shareEvenly(again, b, 1);
        return "alone="
            + alone
            + " same="
            + before.equals(again.assignment())
            + " told="
            + (notes.all.size() - told)
            + " restarted="
            + restarted.all;
      }
    }
  }

  private static String staticTwice(Lab lab, String topic) {
    lab.createTopic(topic, 1);
    TopicPartition id = new TopicPartition(topic, 0);
    Consumer<String, String> first = lab.consumer(topic + "g", "group.instance.id", "a");
    Consumer<String, String> second = lab.consumer(topic + "g", "group.instance.id", "a");
    try {
      first.subscribe(List.of(topic));
      pollUntil(() -> first.assignment().size() == 1, List.of(first));
      second.subscribe(List.of(topic));
      String joined =
          outcome(() -> pollUntil(() -> second.assignment().size() == 1, List.of(second)));
      // Fenced, or not in the group any more: a heartbeat in between decides which.
      boolean commit =
          outcome(() -> first.commitSync(Map.of(id, new OffsetAndMetadata(0)))).equals("ok");
      String poll = outcome(() -> drain(first, 1, 30));
      return "second=" + joined + " firstCommits=" + commit + " firstPoll=" + poll;
    } finally {
      attempt(
          () -> {
            first.close(CloseOptions.timeout(Duration.ofSeconds(1)));
            return "";
          });
      second.close(CloseOptions.timeout(Duration.ofSeconds(1)));
    }
  }

  private static String commitIntoLiveGroup(Lab lab, String topic) {
    lab.createTopic(topic, 1);
    TopicPartition id = new TopicPartition(topic, 0);
    try (Consumer<String, String> member = lab.consumer(topic + "g");
        Consumer<String, String> loner = lab.consumer(topic + "g")) {
      loner.assign(List.of(id));
      String empty = outcome(() -> loner.commitSync(Map.of(id, new OffsetAndMetadata(0))));
      member.subscribe(List.of(topic));
      pollUntil(() -> member.assignment().size() == 1, List.of(member));
      String live = outcome(() -> loner.commitSync(Map.of(id, new OffsetAndMetadata(0))));
      member.unsubscribe();
      lab.pass(Duration.ofSeconds(1)); // it does not wait until it has left
      return "empty="
          + empty
          + " live="
          + live
          + " emptyAgain="
          + outcome(() -> loner.commitSync(Map.of(id, new OffsetAndMetadata(0))));
    }
  }

  private static String topicAfterSubscribe(Lab lab, String topic) throws Exception {
    try (Producer<String, String> producer = lab.producer();
        Consumer<String, String> consumer =
            lab.consumer(topic + "g", "metadata.max.age.ms", "500")) {
      consumer.subscribe(List.of(topic));
      for (int i = 0; i < 5; i++) {
        consumer.poll(Duration.ofMillis(100));
      }
      int before = consumer.assignment().size();
      lab.createTopic(topic, 2);
      pollUntil(() -> consumer.assignment().size() == 2, List.of(consumer));
      send(producer, topic, "v");
      return "before="
          + before
          + " after="
          + consumer.assignment().size()
          + " "
          + values(drain(consumer, 1, 60));
    }
  }

  private static String pattern(Lab lab, String topic) throws Exception {
    lab.createTopic(topic + "-a", 1);
    lab.createTopic(topic + "-other", 1);
    try (Consumer<String, String> consumer =
        lab.consumer(topic + "g", "metadata.max.age.ms", "500")) {
      consumer.subscribe(Pattern.compile(topic + "-[ab]"));
      pollUntil(() -> consumer.assignment().size() == 1, List.of(consumer));
      int before = consumer.assignment().size();
      lab.createTopic(topic + "-b", 2);
      pollUntil(() -> consumer.assignment().size() == 3, List.of(consumer));
      return before + " " + consumer.assignment().size() + " " + consumer.subscription().size();
    }
  }

  private static String unsubscribe(Lab lab, String topic) throws Exception {
    lab.createTopic(topic, 2);
    Notes notes = new Notes();
    try (Consumer<String, String> consumer = lab.consumer(topic + "g")) {
      consumer.subscribe(List.of(topic), notes);
      pollUntil(() -> consumer.assignment().size() == 2, List.of(consumer));
      consumer.unsubscribe();
      return notes.all
          + " "
          + consumer.assignment().size()
          + consumer.subscription().size()
          + " poll="
          + outcome(() -> consumer.poll(Duration.ZERO));
    }
  }

  private static String closeRevokes(Lab lab, String topic) throws Exception {
    lab.createTopic(topic, 2);
    List<String> commits = new ArrayList<>();
    Consumer<String, String> consumer = lab.consumer(topic + "g");
    try (Producer<String, String> producer = lab.producer()) {
      send(producer, topic, "v0");
    }
    consumer.subscribe(
        List.of(topic),
        new ConsumerRebalanceListener() {
          @Override
          public void onPartitionsRevoked(Collection<TopicPartition> ids) {
            commits.add("revoked" + ids.size() + outcome(() -> consumer.commitSync()));
          }

          @Override
          public void onPartitionsAssigned(Collection<TopicPartition> ids) {}
        });
    drain(consumer, 1, 60);
    consumer.close();
    try (Consumer<String, String> other = lab.consumer(topic + "g")) {
      return commits + " " + committed(other, new TopicPartition(topic, 0));
    }
  }

  private static String changeOfSubscription(Lab lab, String topic) {
    lab.createTopic(topic, 2);
    lab.createTopic(topic + "2", 1);
    Notes notes = new Notes();
    try (Consumer<String, String> consumer = lab.consumer(topic + "g")) {
      consumer.subscribe(List.of(topic), notes);
      pollUntil(() -> consumer.assignment().size() == 2, List.of(consumer));
      consumer.subscribe(List.of(topic, topic + "2"), notes);
      int atOnce = consumer.assignment().size();
      pollUntil(() -> consumer.assignment().size() == 3, List.of(consumer));
      consumer.subscribe(List.of(topic + "2"), notes);
      pollUntil(() -> consumer.assignment().size() == 1, List.of(consumer));
      return atOnce + " " + notes.all + " " + consumer.assignment().size();
    }
  }

  private static String commitMidRebalance(Lab lab, String topic) throws Exception {
    lab.createTopic(topic, 2);
    try (Producer<String, String> producer = lab.producer();
        Consumer<String, String> a = lab.consumer(topic + "g");
        Consumer<String, String> b = lab.consumer(topic + "g")) {
      send(producer, topic, "v0");
      a.subscribe(List.of(topic));
      drain(a, 1, 60);
      b.subscribe(List.of(topic));
      for (int i = 0; i < 6; i++) {
        b.poll(Duration.ofMillis(50));
      }
      // A has not polled since; what it read it may still commit.
      String commit =
          outcome(
              () -> a.commitSync(Map.of(new TopicPartition(topic, 0), new OffsetAndMetadata(1))));
      shareEvenly(a, b, 1);
      return commit + " " + committed(a, new TopicPartition(topic, 0));
    }
  }

  private static String evictedComesBack(Lab lab, String topic) throws Exception {
    lab.createTopic(topic, 1);
    try (Producer<String, String> producer = lab.producer();
        Consumer<String, String> a = lab.consumer(topic + "g", zombie(lab))) {
      send(producer, topic, "v0");
      Notes notes = new Notes();
      a.subscribe(List.of(topic), notes);
      drain(a, 1, 60);
      lab.pass(Duration.ofSeconds(3));
      String again = values(drain(a, 1, 100));
      notes.all.remove(
          "assigned0"); // with KIP-848 there may be a first word before the first partition
      return again + " " + notes.all;
    }
  }

  private static String twoTopics(Lab lab, String topic) {
    lab.createTopic(topic, 3);
    lab.createTopic(topic + "2", 3);
    try (Consumer<String, String> a = lab.consumer(topic + "g");
        Consumer<String, String> b = lab.consumer(topic + "g")) {
      a.subscribe(List.of(topic, topic + "2"));
      b.subscribe(List.of(topic, topic + "2"));
      pollUntil(
          () ->
              a.assignment().size() + b.assignment().size() == 6
                  && !a.assignment().isEmpty()
                  && !b.assignment().isEmpty(),
          List.of(a, b));
      int smaller = Math.min(a.assignment().size(), b.assignment().size());
      return "all="
          + (a.assignment().size() + b.assignment().size())
          + " smaller="
          + (lab.groupsOfTheBroker() ? "any" : smaller);
    }
  }

  private static String listenerThrows(Lab lab, String topic) {
    lab.createTopic(topic, 1);
    try (Consumer<String, String> consumer = lab.consumer(topic + "g")) {
      consumer.subscribe(
          List.of(topic),
          new ConsumerRebalanceListener() {
            @Override
            public void onPartitionsRevoked(Collection<TopicPartition> ids) {}

            @Override
            public void onPartitionsAssigned(Collection<TopicPartition> ids) {
              throw new IllegalArgumentException("in a listener");
            }
          });
      String first = outcome(() -> pollUntil(() -> false, List.of(consumer)));
      int assigned = consumer.assignment().size();
      String next = outcome(() -> pollUntil(() -> false, List.of(consumer)));
      return first + " assigned=" + assigned + " next=" + next;
    }
  }

  private static String commitOfOthers(Lab lab, String topic) {
    lab.createTopic(topic, 2);
    lab.createTopic(topic + "x", 1);
    try (Consumer<String, String> consumer = lab.consumer(topic + "g")) {
      consumer.subscribe(List.of(topic));
      pollUntil(() -> consumer.assignment().size() == 2, List.of(consumer));
      return outcome(
          () ->
              consumer.commitSync(
                  Map.of(new TopicPartition(topic + "x", 0), new OffsetAndMetadata(0))));
    }
  }

  private static String groupMetadata(Lab lab, String topic) {
    lab.createTopic(topic, 1);
    try (Consumer<String, String> consumer = lab.consumer(topic + "g")) {
      boolean before = consumer.groupMetadata().memberId().isEmpty();
      consumer.subscribe(List.of(topic));
      pollUntil(() -> consumer.assignment().size() == 1, List.of(consumer));
      return consumer.groupMetadata().groupId().equals(topic + "g")
          + " "
          + (lab.groupsOfTheBroker() ? "any" : before)
          + " "
          + consumer.groupMetadata().memberId().isEmpty()
          + " "
          + (consumer.groupMetadata().generationId() > 0)
          + " "
          + consumer.groupMetadata().groupInstanceId();
    }
  }

  private static String adminOfGroups(Lab lab, String topic) throws Exception {
    lab.createTopic(topic, 1);
    String group = topic + "g";
    TopicPartition id = new TopicPartition(topic, 0);
    Map<TopicPartition, OffsetAndMetadata> zero = Map.of(id, new OffsetAndMetadata(0));
    try (Consumer<String, String> consumer = lab.consumer(group)) {
      consumer.subscribe(List.of(topic));
      pollUntil(() -> consumer.assignment().size() == 1, List.of(consumer));
      String alterLive =
          outcome(() -> lab.admin().alterConsumerGroupOffsets(group, zero).all().get());
      String deleteLive =
          outcome(() -> lab.admin().deleteConsumerGroups(List.of(group)).all().get());
      consumer.commitSync(zero);
      String deleteOffsets =
          outcome(() -> lab.admin().deleteConsumerGroupOffsets(group, Set.of(id)).all().get());
      int members =
          lab.admin()
              .describeConsumerGroups(List.of(group))
              .all()
              .get()
              .get(group)
              .members()
              .size();
      consumer.unsubscribe();
      lab.pass(Duration.ofMillis(200));
      String alter =
          outcome(
              () ->
                  lab.admin()
                      .alterConsumerGroupOffsets(group, Map.of(id, new OffsetAndMetadata(3, "x")))
                      .all()
                      .get());
      var offsets = lab.admin().listConsumerGroupOffsets(group);
      String listed = attempt(() -> offsets.partitionsToOffsetAndMetadata().get().get(id).offset());
      String delete = outcome(() -> lab.admin().deleteConsumerGroups(List.of(group)).all().get());
      String again = outcome(() -> lab.admin().deleteConsumerGroups(List.of(group)).all().get());
      return "alterLive="
          + alterLive
          + " deleteLive="
          + deleteLive
          + " deleteOffsets="
          + deleteOffsets
          + " members="
          + members
          + " alter="
          + alter
          + " listed="
          + listed
          + " delete="
          + delete
          + " again="
          + again;
    }
  }

  private static String idleMemberIsTold(Lab lab, String topic) {
    lab.createTopic(topic, 1);
    Notes notes = new Notes();
    try (Consumer<String, String> a = lab.consumer(topic + "g");
        Consumer<String, String> b = lab.consumer(topic + "g")) {
      a.subscribe(List.of(topic));
      pollUntil(() -> a.assignment().size() == 1, List.of(a));
      b.subscribe(List.of(topic), notes);
      pollUntil(
          () -> !notes.all.isEmpty() && a.assignment().size() + b.assignment().size() == 1,
          List.of(a, b));
      return "told=" + !notes.all.isEmpty();
    }
  }

  private static String noCommonAssignor(Lab lab, String topic) {
    lab.createTopic(topic, 1);
    if (lab.groupsOfTheBroker()) {
      return "any";
    }
    try (Consumer<String, String> a =
            lab.consumer(topic + "g", "partition.assignment.strategy", COOPERATIVE);
        Consumer<String, String> b =
            lab.consumer(
                topic + "g",
                "partition.assignment.strategy",
                "org.apache.kafka.clients.consumer.RangeAssignor")) {
      a.subscribe(List.of(topic));
      pollUntil(() -> a.assignment().size() == 1, List.of(a));
      b.subscribe(List.of(topic));
      return outcome(() -> pollUntil(() -> b.assignment().size() == 1, List.of(a, b)));
    }
  }

  private static String seekWhenAssigned(Lab lab, String topic) throws Exception {
    lab.createTopic(topic, 1);
    try (Producer<String, String> producer = lab.producer();
        Consumer<String, String> consumer = lab.consumer(topic + "g")) {
      send(producer, topic, "v0", "v1", "v2");
      List<String> told = new ArrayList<>();
      consumer.subscribe(
          List.of(topic),
          new ConsumerRebalanceListener() {
            @Override
            public void onPartitionsRevoked(Collection<TopicPartition> ids) {}

            @Override
            public void onPartitionsAssigned(Collection<TopicPartition> ids) {
              ids.forEach(id -> told.add("at" + consumer.position(id)));
              ids.forEach(id -> consumer.seek(id, 2));
            }
          });
      return values(drain(consumer, 1, 60)) + " " + told;
    }
  }

  private static String autoCommitWhenRevoked(Lab lab, String topic) throws Exception {
    lab.createTopic(topic, 2);
    Object[] config = {"enable.auto.commit", true, "auto.commit.interval.ms", "600000"};
    try (Producer<String, String> producer = lab.producer();
        Consumer<String, String> a = lab.consumer(topic + "g", config);
        Consumer<String, String> b = lab.consumer(topic + "g", config)) {
      for (int i = 0; i < 2; i++) {
        producer.send(new ProducerRecord<>(topic, i, "k", "v" + i)).get();
      }
      a.subscribe(List.of(topic));
      drain(a, 2, 60);
      b.subscribe(List.of(topic));
      shareEvenly(a, b, 1);
      TopicPartition moved = b.assignment().iterator().next();
      return "moved="
          + committed(b, moved)
          + " again="
          + drain(b, 1, 5).size()
          + " "
          + reader("x").size();
    }
  }

  /** A member is still there, and has joined again since. */
  private static String offsetsOfAnOldGeneration(Lab lab, String topic) throws Exception {
    lab.createTopic(topic, 2);
    try (Producer<String, String> producer = lab.producer("transactional.id", topic + "tx");
        Consumer<String, String> a = lab.consumer(topic + "g");
        Consumer<String, String> b = lab.consumer(topic + "g")) {
      producer.initTransactions();
      a.subscribe(List.of(topic));
      pollUntil(() -> a.assignment().size() == 2, List.of(a));
      ConsumerGroupMetadata old = a.groupMetadata();
      b.subscribe(List.of(topic));
      shareEvenly(a, b, 1);
      pollUntil(() -> a.groupMetadata().generationId() > old.generationId(), List.of(a, b));
      TopicPartition kept = a.assignment().iterator().next();
      TopicPartition moved = b.assignment().iterator().next();
      return "kept="
          + inTransaction(producer, kept, old)
          + " moved="
          + inTransaction(producer, moved, old)
          + " new="
          + inTransaction(producer, kept, a.groupMetadata())
          + " committed="
          + committed(b, kept);
    }
  }

  private static String inTransaction(
      Producer<?, ?> producer, TopicPartition id, ConsumerGroupMetadata from) {
    producer.beginTransaction();
    String outcome =
        outcome(
            () ->
                producer.sendOffsetsToTransaction(Map.of(id, new OffsetAndMetadata(0, "m")), from));
    producer.abortTransaction();
    return outcome;
  }
}
