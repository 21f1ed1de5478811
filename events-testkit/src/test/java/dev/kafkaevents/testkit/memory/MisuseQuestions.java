package dev.kafkaevents.testkit.memory;

import static dev.kafkaevents.testkit.memory.Lab.attempt;
import static dev.kafkaevents.testkit.memory.Lab.map;
import static dev.kafkaevents.testkit.memory.Lab.name;
import static dev.kafkaevents.testkit.memory.Lab.outcome;
import static dev.kafkaevents.testkit.memory.Lab.reader;

import dev.kafkaevents.testkit.memory.Lab.Question;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** What clients refuse. */
final class MisuseQuestions {
  private MisuseQuestions() {}

  static void add(Map<String, Question> all) {
    all.put("m01-producer-configs", MisuseQuestions::producerConfigs);
    all.put("m02-consumer-configs", MisuseQuestions::consumerConfigs);
    all.put("m03-no-group", MisuseQuestions::noGroup);
    all.put("m04-not-assigned", MisuseQuestions::notAssigned);
    all.put("m05-subscribe-and-assign", MisuseQuestions::subscribeAndAssign);
    all.put("m06-closed-consumer", MisuseQuestions::closedConsumer);
    all.put("m07-nulls", MisuseQuestions::nulls);
  }

  private static String producerConfigs(Lab lab, String topic) {
    List<String> answers = new ArrayList<>();
    for (Map<String, Object> config :
        List.of(
            map("acks", "two"),
            map("linger.ms", "soon"),
            map("acks", "1", "enable.idempotence", true),
            map("acks", "1", "transactional.id", "t"),
            map("delivery.timeout.ms", "10", "linger.ms", "1000"),
            map("no.such.setting", "x"),
            map("max.in.flight.requests.per.connection", "9", "enable.idempotence", true),
            map("retries", "0", "enable.idempotence", true),
            map("partitioner.class", "no.such.Class"),
            map("bootstrap.servers", ""))) {
      answers.add(made(() -> lab.producer(config, new StringSerializer(), new StringSerializer())));
    }
    answers.add(made(() -> lab.producer(map(), null, null)));
    return answers.toString();
  }

  private static String consumerConfigs(Lab lab, String topic) {
    List<String> answers = new ArrayList<>();
    for (Map<String, Object> config :
        List.of(
            map("auto.offset.reset", "first"),
            map("max.poll.records", "0"),
            map("isolation.level", "dirty"),
            map("enable.auto.commit", true),
            map("group.protocol", "none"),
            map("group.id", "g", "group.instance.id", "", "no.such.setting", "x"),
            map(
                "group.id",
                "g",
                "group.protocol",
                "consumer",
                "partition.assignment.strategy",
                "x.Y"),
            map("group.id", "g", "group.protocol", "classic", "group.remote.assignor", "uniform"),
            map(
                "group.id",
                "g",
                "group.protocol",
                "classic",
                "session.timeout.ms",
                "100",
                "heartbeat.interval.ms",
                "200"),
            map(
                "group.id",
                "g",
                "group.protocol",
                "classic",
                "partition.assignment.strategy",
                "no.such.Class"),
            map("bootstrap.servers", ""))) {
      answers.add(
          made(() -> lab.consumer(config, new StringDeserializer(), new StringDeserializer())));
    }
    answers.add(made(() -> lab.consumer(reader("g"), null, null)));
    return answers.toString();
  }

  private interface Making {
    AutoCloseable make();
  }

  private static String made(Making making) {
    try (AutoCloseable client = making.make()) {
      return client == null ? "null" : "made";
    } catch (Exception e) {
      return name(e) + (e.getCause() == null ? "" : ":" + name(e.getCause()));
    }
  }

  private static String noGroup(Lab lab, String topic) {
    lab.createTopic(topic, 1);
    TopicPartition id = new TopicPartition(topic, 0);
    try (Consumer<String, String> consumer =
        lab.consumer(
            map("auto.offset.reset", "earliest"),
            new StringDeserializer(),
            new StringDeserializer())) {
      String subscribe = outcome(() -> consumer.subscribe(List.of(topic)));
      consumer.assign(List.of(id));
      return "subscribe="
          + subscribe
          + " poll="
          + outcome(() -> consumer.poll(Duration.ofMillis(10)))
          + " position="
          + attempt(() -> consumer.position(id))
          + " commit="
          + outcome(consumer::commitSync)
          + " committed="
          + attempt(() -> consumer.committed(Set.of(id)))
          + " metadata="
          + attempt(consumer::groupMetadata);
    }
  }

  private static String notAssigned(Lab lab, String topic) {
    lab.createTopic(topic, 1);
    TopicPartition id = new TopicPartition(topic, 0);
    TopicPartition other = new TopicPartition(topic, 1);
    try (Consumer<String, String> consumer = lab.consumer(topic + "g")) {
      consumer.assign(List.of(id));
      return "seek="
          + outcome(() -> consumer.seek(other, 0))
          + " negative="
          + outcome(() -> consumer.seek(id, -1))
          + " position="
          + outcome(() -> consumer.position(other))
          + " pause="
          + outcome(() -> consumer.pause(Set.of(other)))
          + " resume="
          + outcome(() -> consumer.resume(Set.of(other)))
          + " seekToEnd="
          + outcome(() -> consumer.seekToEnd(Set.of(other)))
          + " beginning="
          + outcome(() -> consumer.beginningOffsets(Set.of(other), Duration.ofMillis(500)))
          + " end="
          + attempt(() -> consumer.endOffsets(Set.of(id)).get(id));
    }
  }

  private static String subscribeAndAssign(Lab lab, String topic) {
    lab.createTopic(topic, 1);
    TopicPartition id = new TopicPartition(topic, 0);
    try (Consumer<String, String> consumer = lab.consumer(topic + "g")) {
      String poll = outcome(() -> consumer.poll(Duration.ZERO));
      consumer.subscribe(List.of(topic));
      String assign = outcome(() -> consumer.assign(List.of(id)));
      consumer.unsubscribe();
      consumer.assign(List.of(id));
      return "poll="
          + poll
          + " assign="
          + assign
          + " subscribe="
          + outcome(() -> consumer.subscribe(List.of(topic)))
          + " emptySubscribe="
          + outcome(() -> consumer.subscribe(List.of()))
          + " assignment="
          + consumer.assignment().size();
    }
  }

  private static String closedConsumer(Lab lab, String topic) {
    lab.createTopic(topic, 1);
    TopicPartition id = new TopicPartition(topic, 0);
    Consumer<String, String> consumer = lab.consumer(topic + "g");
    consumer.assign(List.of(id));
    consumer.close();
    return "poll="
        + outcome(() -> consumer.poll(Duration.ZERO))
        + " commit="
        + outcome(() -> consumer.commitSync(Map.of(id, new OffsetAndMetadata(0))))
        + " assignment="
        + outcome(consumer::assignment)
        + " wakeup="
        + outcome(consumer::wakeup)
        + " close="
        + outcome(consumer::close);
  }

  private static String nulls(Lab lab, String topic) {
    lab.createTopic(topic, 1);
    try (Consumer<String, String> consumer = lab.consumer(topic + "g");
        Producer<String, String> producer = lab.producer()) {
      return "subscribeNull="
          + outcome(() -> consumer.subscribe((List<String>) null))
          + " blank="
          + outcome(() -> consumer.subscribe(Arrays.asList(topic, " ")))
          + " sendNull="
          + outcome(() -> producer.send(null))
          + " assignNull="
          + outcome(() -> consumer.assign(null))
          + " negativePoll="
          + outcome(() -> consumer.poll(Duration.ofMillis(-1)));
    }
  }
}
