package dev.kafkaevents.testkit.assertions;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.kafkaevents.testkit.junit.TestKafka;
import java.util.Arrays;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/** About one dead letter, by the headers named {@code events-dlq-…}. */
public final class DeadLetterAssert
    extends EventsAssert<DeadLetterAssert, ConsumerRecord<byte[], byte[]>> {
  private static final String PREFIX = "events-dlq-";

  DeadLetterAssert(TestKafka kafka, ConsumerRecord<byte[], byte[]> letter) {
    super(kafka, letter, DeadLetterAssert.class);
  }

  private @Nullable String header(String name) {
    Header header = actual.headers().lastHeader(PREFIX + name);
    return header == null || header.value() == null ? null : new String(header.value(), UTF_8);
  }

  String origin() {
    return header("topic") + "-" + header("partition") + "@" + header("offset");
  }

  private DeadLetterAssert requireHeader(String name, String expected) {
    return require(
        Objects.equals(header(name), expected),
        "the dead letter of %s should have %s%s %s, and has %s",
        origin(),
        PREFIX,
        name,
        expected,
        header(name));
  }

  /** It was that record. */
  public DeadLetterAssert cameFrom(String topic, int partition, long offset) {
    String expected = topic + "-" + partition + "@" + offset;
    return require(
        origin().equals(expected),
        "the dead letter should come from %s, and comes from %s",
        expected,
        origin());
  }

  /** After so many attempts. */
  public DeadLetterAssert afterAttempts(int attempts) {
    return requireHeader("attempts", String.valueOf(attempts));
  }

  /** That group could not handle it. */
  public DeadLetterAssert ofGroup(String group) {
    return requireHeader("group", group);
  }

  /** The last attempt failed with that. */
  public DeadLetterAssert failedWith(Class<? extends Throwable> failure) {
    return requireHeader("exception", failure.getName());
  }

  /**
   * The record it was is still there, and key, value, timestamp and all headers of it are on the
   * dead letter, byte for byte.
   */
  public DeadLetterAssert keptTheRecord() {
    String topic = header("topic");
    require(topic != null, "the dead letter should say where it comes from");
    for (ConsumerRecord<byte[], byte[]> record : kafka.records(Objects.requireNonNull(topic))) {
      if (String.valueOf(record.partition()).equals(header("partition"))
          && String.valueOf(record.offset()).equals(header("offset"))) {
        return requireSame(record);
      }
    }
    return require(false, "the record %s should still be there", origin());
  }

  private DeadLetterAssert requireSame(ConsumerRecord<byte[], byte[]> record) {
    require(
        Arrays.equals(record.key(), actual.key()),
        "the dead letter of %s has another key",
        origin());
    require(
        Arrays.equals(record.value(), actual.value()),
        "the dead letter of %s has another value",
        origin());
    require(
        record.timestamp() == actual.timestamp(),
        "the dead letter of %s has another timestamp",
        origin());
    for (Header header : record.headers()) {
      boolean isThere = false;
      for (Header kept : actual.headers().headers(header.key())) {
        isThere |= Arrays.equals(kept.value(), header.value());
      }
      require(isThere, "the dead letter of %s lacks the header %s", origin(), header.key());
    }
    return this;
  }

  /** Where it comes from; never key or value. */
  @Override
  public String toString() {
    return "dead letter of " + origin();
  }
}
