package dev.kafkaevents.testkit.tck;

import static dev.kafkaevents.testkit.tck.Note.NOTES;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.kafkaevents.Event;
import dev.kafkaevents.EventPublisher;
import dev.kafkaevents.Headers;
import dev.kafkaevents.Message;
import dev.kafkaevents.Position;
import dev.kafkaevents.PublishException;
import dev.kafkaevents.PublishException.Outcome;
import dev.kafkaevents.PublishResult;
import dev.kafkaevents.spi.Serde;
import dev.kafkaevents.testkit.junit.TestKafka;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;

/**
 * What every {@link EventPublisher} has to do, judged by what is in the log. Extend it with {@link
 * dev.kafkaevents.testkit.junit.EventsTest} on the class, and name the backends there.
 */
@Timeout(120)
public abstract class PublisherTck {
  private static final Duration LONG = Duration.ofSeconds(30);

  /** For subclasses. */
  protected PublisherTck() {}

  /**
   * A new publisher on a Kafka, closed by it or by nobody. Its clients have to be those of {@link
   * TestKafka#events} or {@link TestKafka#clients}, where faults are put in.
   *
   * @param serde to encode with
   */
  protected abstract EventPublisher publisher(TestKafka kafka, Serde.Factory serde);

  private EventPublisher publisher(TestKafka kafka) {
    kafka.createTopic("notes", 3);
    return publisher(kafka, Note.serde());
  }

  private static <R> R get(CompletableFuture<R> future) throws Exception {
    return future.get(LONG.toSeconds(), TimeUnit.SECONDS);
  }

  private static @Nullable String header(ConsumerRecord<byte[], byte[]> record, String name) {
    Header header = record.headers().lastHeader(name);
    return header == null || header.value() == null ? null : new String(header.value(), UTF_8);
  }

  private static ConsumerRecord<byte[], byte[]> at(TestKafka kafka, Position position) {
    return kafka.records(position.topic()).stream()
        .filter(r -> r.partition() == position.partition() && r.offset() == position.offset())
        .findAny()
        .orElseThrow(() -> new AssertionError("there is no record at " + position));
  }

  @Test
  void anEvent_liesWhereItsResultSays(TestKafka kafka) throws Exception {
    EventPublisher publisher = publisher(kafka);
    Event<Note> event = publisher.event(NOTES, new Note("k", 1)).withHeader("tenant", "acme");

    PublishResult result = get(publisher.publish(NOTES, event));

    ConsumerRecord<byte[], byte[]> record = at(kafka, result.position());
    assertThat(result.eventId()).isEqualTo(event.id());
    assertThat(record.key()).isEqualTo("k".getBytes(UTF_8));
    assertThat(record.value()).isEqualTo(new Note("k", 1).bytes());
    assertThat(header(record, "ce_id")).isEqualTo(event.id());
    assertThat(header(record, "ce_type")).isEqualTo("Note");
    assertThat(header(record, "ce_source")).isEqualTo(event.source());
    assertThat(header(record, "ce_specversion")).isEqualTo("1.0");
    assertThat(header(record, "content-type")).isEqualTo("text/x-note");
    assertThat(header(record, "tenant")).isEqualTo("acme");
    assertThat(kafka.records("notes")).hasSize(1);
    Answers.of(this, kafka)
        .is("partition of key k", result.position().partition())
        .is("offset of the first event", result.position().offset());
  }

  @Test
  void eachEvent_hasAnIdOfItsOwn_andAllItsAttributes(TestKafka kafka) {
    EventPublisher publisher = publisher(kafka);
    Event<Note> one = publisher.event(NOTES, new Note("k", 1));
    Event<Note> other = publisher.event(NOTES, new Note("k", 1));

    assertThat(one.id()).isNotBlank().isNotEqualTo(other.id());
    assertThat(one.type()).isEqualTo("Note");
    assertThat(one.source()).isNotBlank().isEqualTo(other.source());
    assertThat(one.key()).isEqualTo("k");
    assertThat(one.time()).isNotNull();
    assertThat(one.payload()).isEqualTo(new Note("k", 1));
  }

  @Test
  void aKey_staysOnItsPartition_inOrder(TestKafka kafka) throws Exception {
    EventPublisher publisher = publisher(kafka);
    List<CompletableFuture<PublishResult>> sent = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      sent.add(publisher.publish(NOTES, new Note("k-" + i % 7, i)));
    }
    for (CompletableFuture<PublishResult> each : sent) {
      get(each);
    }

    Map<String, Integer> partitions = new HashMap<>();
    Map<String, Integer> last = new HashMap<>();
    for (ConsumerRecord<byte[], byte[]> record : kafka.records("notes")) {
      Note note = requireNonNull(Note.of(record.value()));
      assertThat(partitions.merge(note.key(), record.partition(), (before, now) -> before))
          .as("the partition of %s", note)
          .isEqualTo(record.partition());
      assertThat(last.getOrDefault(note.key(), -1)).isLessThan(note.number());
      last.put(note.key(), note.number());
    }
    assertThat(kafka.records("notes")).hasSize(60);
    Answers.of(this, kafka).is("partitions of seven keys", partitions);
  }

  @Test
  void aTombstone_isAKeyWithoutAValue(TestKafka kafka) throws Exception {
    EventPublisher publisher = publisher(kafka);

    Position at = get(publisher.publishTombstone(NOTES, "k"));

    assertThat(at(kafka, at).key()).isEqualTo("k".getBytes(UTF_8));
    assertThat(at(kafka, at).value()).isNull();
  }

  @Test
  void aMessage_isSentAsItIs(TestKafka kafka) throws Exception {
    EventPublisher publisher = publisher(kafka);
    Instant time = Instant.now().truncatedTo(ChronoUnit.SECONDS).minusSeconds(60);
    Headers headers =
        Headers.empty().add("a", new byte[] {1}).add("b", null).add("a", new byte[] {2});

    Position at =
        get(
            publisher.send(
                Message.of("notes", new byte[] {0, -1}, new byte[0])
                    .withHeaders(headers)
                    .withTimestamp(time)));

    ConsumerRecord<byte[], byte[]> record = at(kafka, at);
    assertThat(record.key()).containsExactly(0, -1);
    assertThat(record.value()).isEmpty();
    assertThat(record.timestamp()).isEqualTo(time.toEpochMilli());
    List<String> names = new ArrayList<>();
    record.headers().forEach(header -> names.add(header.key()));
    assertThat(names).containsExactly("a", "b", "a");
    assertThat(requireNonNull(record.headers().lastHeader("b")).value()).isNull();
  }

  @Test
  void flush_returnsWhenAllHaveTheirOutcome(TestKafka kafka) {
    EventPublisher publisher = publisher(kafka);
    List<CompletableFuture<PublishResult>> sent = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      sent.add(publisher.publish(NOTES, new Note("k-" + i, i)));
    }

    publisher.flush(LONG);

    assertThat(sent).allMatch(CompletableFuture::isDone);
    assertThat(kafka.records("notes")).hasSize(30);
  }

  @Test
  void whatIsRefused_isKnownNotToBeStored(TestKafka kafka) {
    EventPublisher publisher = publisher(kafka);
    kafka.faults().publish("notes").rejected();

    PublishException failure = failure(publisher.publish(NOTES, new Note("k", 1)));

    assertThat(failure.outcome()).isIn(Outcome.REJECTED, Outcome.NOT_STORED);
    assertThat(kafka.records("notes")).isEmpty();
    Answers.of(this, kafka).is("refused", failure.outcome());
  }

  @Test
  void whatIsNotAnswered_isUnknown_whetherStoredOrNot(TestKafka kafka) {
    EventPublisher publisher = publisher(kafka);
    kafka.faults().publish("notes").timesOutLost();
    kafka.faults().publish("notes").nth(2).timesOutStored();

    PublishException lost = failure(publisher.publish(NOTES, new Note("k", 1)));
    assertThat(kafka.records("notes")).isEmpty();
    PublishException stored = failure(publisher.publish(NOTES, new Note("k", 2)));

    assertThat(lost.outcome()).isEqualTo(Outcome.UNKNOWN);
    assertThat(stored.outcome()).isEqualTo(Outcome.UNKNOWN);
    assertThat(kafka.records("notes"))
        .singleElement()
        .satisfies(r -> assertThat(r.value()).isEqualTo(new Note("k", 2).bytes()));
  }

  @Test
  void whatIsTooLarge_failsItsFuture_andNothingElse(TestKafka kafka) throws Exception {
    EventPublisher publisher = publisher(kafka);

    PublishException failure = failure(publisher.publish(NOTES, new Note("k".repeat(2 << 20), 1)));
    get(publisher.publish(NOTES, new Note("k", 2)));

    assertThat(failure.outcome()).isIn(Outcome.REJECTED, Outcome.NOT_STORED);
    assertThat(failure.getMessage()).doesNotContain("kkkkkkkk");
    assertThat(kafka.records("notes")).hasSize(1);
    Answers.of(this, kafka).is("too large", failure.outcome());
  }

  private static PublishException failure(CompletableFuture<?> publish) {
    Throwable failure = catchThrowable(() -> get(publish));
    assertThat(failure).as("what a publish fails with").isNotNull();
    assertThat(failure.getCause()).isInstanceOf(PublishException.class);
    return (PublishException) requireNonNull(failure.getCause());
  }

  @AfterAll
  static void theAnswersAreThose_ofOtherBackends(TestInfo test) {
    Answers.compare(test.getTestClass().orElseThrow());
  }
}
