package dev.kafkaevents.testkit.junit;

import dev.kafkaevents.Position;
import dev.kafkaevents.testkit.junit.Checker.Reading;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;

/** Tells what no probe is told: what a consumer was given, and that its member is gone. */
record ReadingWatch(
    TestBackend backend,
    Flight flight,
    Checker checker,
    Watcher watcher,
    String group,
    String reset) {
  ReadingWatch(TestBackend backend, Flight flight, Checker checker, Watcher watcher) {
    this(backend, flight, checker, watcher, "", "");
  }

  /** For one consumer. */
  ReadingWatch of(Map<String, Object> config) {
    return new ReadingWatch(
        backend,
        flight,
        checker,
        watcher,
        backend.declared(String.valueOf(config.get("group.id"))),
        String.valueOf(config.get("auto.offset.reset")));
  }

  void subscribed(Set<String> topics) {
    if (!reset.equals("earliest")) {
      topics.forEach(
          topic ->
              checker.leaveAlone(
                  new Reading(group, backend.declared(topic)),
                  "it begins at auto.offset.reset=" + reset + ", and not at the beginning"));
    }
  }

  void polled(ConsumerRecords<byte[], byte[]> records) {
    for (TopicPartition id : records.partitions()) {
      ConsumerRecord<byte[], byte[]> first = records.records(id).get(0);
      int count = records.records(id).size();
      flight.note(
          "polled",
          group,
          new Position(backend.declared(id.topic()), id.partition(), first.offset()).toString(),
          count + (count == 1 ? " record" : " records"));
    }
  }

  void stalled(Duration time) {
    flight.note("polls no more", group, "", "for " + time + ", by the test");
  }

  void crashed() {
    watcher.crashed(group);
  }
}
