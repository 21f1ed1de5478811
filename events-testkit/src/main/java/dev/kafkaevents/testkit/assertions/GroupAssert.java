package dev.kafkaevents.testkit.assertions;

import dev.kafkaevents.Position;
import dev.kafkaevents.Topic;
import dev.kafkaevents.testkit.junit.TestKafka;
import java.util.Map;

/** About a group: what it has committed, as the cluster knows it, and what its handlers did. */
public final class GroupAssert extends EventsAssert<GroupAssert, String> {
  GroupAssert(TestKafka kafka, String group) {
    super(kafka, group, GroupAssert.class);
  }

  /** All that is on the topic is handled and committed. */
  public GroupAssert isCaughtUpWith(Topic<?> topic) {
    return hasLag(topic, 0);
  }

  /** It is so many offsets behind the end of a topic, all partitions together. */
  public GroupAssert hasLag(Topic<?> topic, long expected) {
    long lag = kafka.lag(actual, topic.name());
    return require(
        lag == expected,
        "group %s should be %d behind on topic %s, and is %d; it has committed %s",
        actual,
        expected,
        topic.name(),
        lag,
        kafka.committed(actual, topic.name()));
  }

  /** That is the offset it would go on from; 0 may as well be none. */
  public GroupAssert hasCommitted(Topic<?> topic, int partition, long offset) {
    Map<Integer, Long> committed = kafka.committed(actual, topic.name());
    return require(
        committed.getOrDefault(partition, 0L) == offset,
        "group %s should have committed %d of %s-%d, and has %s",
        actual,
        offset,
        topic.name(),
        partition,
        committed.containsKey(partition) ? committed.get(partition) : "nothing");
  }

  /** It took so many attempts at all records together, repeats and retries included. */
  public GroupAssert madeAttempts(int expected) {
    Map<Position, Integer> attempts = kafka.attempts(actual);
    int all = attempts.values().stream().mapToInt(Integer::intValue).sum();
    return require(
        all == expected,
        "group %s should have made %d attempts, and made %d: %s",
        actual,
        expected,
        all,
        attempts);
  }

  /** It took so many attempts at one record. */
  public GroupAssert madeAttemptsAt(Position record, int expected) {
    int attempts = kafka.attempts(actual).getOrDefault(record, 0);
    return require(
        attempts == expected,
        "group %s should have made %d attempts at %s, and made %d",
        actual,
        expected,
        record,
        attempts);
  }
}
