package dev.kafkaevents.testkit.tck;

import static dev.kafkaevents.testkit.tck.Note.NOTES;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaevents.Delivery;
import dev.kafkaevents.EventHandler;
import dev.kafkaevents.Events;
import dev.kafkaevents.Subscription;
import dev.kafkaevents.Subscription.State;
import dev.kafkaevents.spi.Serde;
import dev.kafkaevents.testkit.junit.TestKafka;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;

/**
 * What every {@link dev.kafkaevents.EventSubscriber} has to do: handle what is on a topic, each key
 * in order, lose nothing, and stop where it can't go on. Extend it with {@link
 * dev.kafkaevents.testkit.junit.EventsTest} on the class, and name the backends there.
 */
@Timeout(180)
public abstract class SubscriberTck {
  /** For subclasses. */
  protected SubscriberTck() {}

  /**
   * New events on a Kafka, with nothing installed that answers failures; closed by it or by nobody.
   * Its clients have to be those of {@link TestKafka#events} or {@link TestKafka#clients}, where
   * faults are put in.
   *
   * @param serde to decode with
   */
  protected abstract Events events(TestKafka kafka, Serde.Factory serde);

  private Events events(TestKafka kafka) {
    return events(kafka, Note.serde());
  }

  private static void publish(Events events, int from, int to) {
    List<CompletableFuture<?>> sent = new ArrayList<>();
    for (int i = from; i < to; i++) {
      sent.add(events.publish(NOTES, new Note("k-" + i % 5, i)));
    }
    sent.forEach(CompletableFuture::join);
  }

  private static List<Integer> numbers(int from, int to) {
    return IntStream.range(from, to).boxed().toList();
  }

  private static List<Integer> list() {
    return Collections.synchronizedList(new ArrayList<>());
  }

  private static EventHandler<Note> into(List<Integer> handled) {
    return note -> handled.add(note.payload().number());
  }

  @Test
  void whatWasThere_andWhatComes_isHandledOnce(TestKafka kafka) {
    kafka.createTopic("notes", 3);
    Events events = events(kafka);
    List<Integer> handled = list();
    publish(events, 0, 20);
    events.subscribe(NOTES, "readers", into(handled));
    kafka.settle();
    publish(events, 20, 40);

    kafka.settle();

    assertThat(handled).containsExactlyInAnyOrderElementsOf(numbers(0, 40));
    assertThat(kafka.lag("readers", "notes")).isZero();
    Answers.of(this, kafka).is("committed after 40 events", kafka.committed("readers", "notes"));
  }

  @Test
  void aDelivery_saysWhatItIs(TestKafka kafka) {
    kafka.createTopic("notes", 1);
    Events events = events(kafka);
    List<String> seen = Collections.synchronizedList(new ArrayList<>());
    events.publish(NOTES, events.event(NOTES, new Note("k", 7)).withId("e-1")).join();
    events.subscribe(NOTES, "readers", delivery -> seen.add(text(delivery)));

    kafka.settle();

    assertThat(seen).containsExactly("notes readers notes-0@0 1 k e-1 Note 7 false");
  }

  private static String text(Delivery<Note> delivery) {
    return "%s %s %s %d %s %s %s %d %s"
        .formatted(
            delivery.topic().name(),
            delivery.group(),
            delivery.position(),
            delivery.attempt(),
            delivery.key(),
            delivery.event().id(),
            delivery.event().type(),
            delivery.payload().number(),
            delivery.isTombstone());
  }

  @Test
  void aKey_isHandledInOrder_oneAtATime(TestKafka kafka) {
    kafka.createTopic("notes", 2);
    Events events = events(kafka);
    Map<String, List<Integer>> handled = new ConcurrentHashMap<>();
    Map<String, AtomicInteger> running = new ConcurrentHashMap<>();
    Set<String> overlapping = ConcurrentHashMap.newKeySet();
    publish(events, 0, 200);
    events.subscribe(
        NOTES,
        "readers",
        note -> {
          String key = note.payload().key();
          AtomicInteger count = running.computeIfAbsent(key, each -> new AtomicInteger());
          if (count.incrementAndGet() > 1) {
            overlapping.add(key);
          }
          handled.computeIfAbsent(key, each -> list()).add(note.payload().number());
          count.decrementAndGet();
        });

    kafka.settle();

    assertThat(overlapping).isEmpty();
    assertThat(handled).hasSize(5);
    handled.values().forEach(each -> assertThat(each).hasSize(40).isSorted());
  }

  @Test
  void aGroup_goesOnWhereItStopped(TestKafka kafka) {
    kafka.createTopic("notes", 2);
    Events events = events(kafka);
    List<Integer> first = list();
    List<Integer> second = list();
    publish(events, 0, 10);
    Subscription subscription = events.subscribe(NOTES, "readers", into(first));
    kafka.settle();
    subscription.close();
    assertThat(subscription.state()).isEqualTo(State.CLOSED);
    publish(events, 10, 20);

    events.subscribe(NOTES, "readers", into(second));
    kafka.settle();

    assertThat(first).containsExactlyInAnyOrderElementsOf(numbers(0, 10));
    assertThat(second).containsExactlyInAnyOrderElementsOf(numbers(10, 20));
  }

  @Test
  void eachGroup_getsAll(TestKafka kafka) {
    kafka.createTopic("notes", 2);
    Events events = events(kafka);
    List<Integer> one = list();
    List<Integer> other = list();
    events.subscribe(NOTES, "readers", into(one));
    events.subscribe(NOTES, "others", into(other));
    publish(events, 0, 20);

    kafka.settle();

    assertThat(one).containsExactlyInAnyOrderElementsOf(numbers(0, 20));
    assertThat(other).containsExactlyInAnyOrderElementsOf(numbers(0, 20));
  }

  @Test
  void membersOfAGroup_shareTheEvents(TestKafka kafka) {
    kafka.createTopic("notes", 4);
    Events events = events(kafka);
    List<Integer> handled = list();
    events.subscribe(NOTES, "readers", into(handled));
    events(kafka).subscribe(NOTES, "readers", into(handled));
    kafka.settle();
    publish(events, 0, 40);

    kafka.settle();

    assertThat(handled).containsExactlyInAnyOrderElementsOf(numbers(0, 40));
  }

  @Test
  void aFailureThatNobodyAnswers_stopsIt_andTheEventComesAgain(TestKafka kafka) {
    kafka.createTopic("notes", 1);
    Events events = events(kafka);
    publish(events, 0, 5);
    Subscription failing =
        events.subscribe(
            NOTES,
            "readers",
            note -> {
              if (note.payload().number() == 2) {
                throw new IllegalStateException("as planned");
              }
            });
    kafka.awaitStopped(failing);

    assertThat(failing.state()).isEqualTo(State.FAILED);
    assertThat(failing.stopped()).isCompletedExceptionally();
    assertThat(kafka.committed("readers", "notes").getOrDefault(0, 0L)).isLessThanOrEqualTo(2);
    List<Integer> after = list();
    events.subscribe(NOTES, "readers", into(after));
    kafka.settle();
    assertThat(after).contains(2);
    assertThat(kafka.lag("readers", "notes")).isZero();
    Answers.of(this, kafka).is("state after a failure", failing.state());
  }

  @Test
  void whatCanNotBeRead_stopsIt_andIsNotPassed(TestKafka kafka) {
    kafka.createTopic("notes", 1);
    Events events = events(kafka);
    publish(events, 0, 1);
    kafka.write("notes", "k-0", new byte[] {1}); // after note 0, being of its key
    List<Integer> handled = list();
    Subscription subscription = events.subscribe(NOTES, "readers", into(handled));
    kafka.awaitStopped(subscription);

    assertThat(subscription.state()).isEqualTo(State.FAILED);
    assertThat(kafka.committed("readers", "notes").getOrDefault(0, 0L)).isLessThanOrEqualTo(1);
    assertThat(handled).containsExactly(0);
  }

  @Test
  void aTombstone_goesToItsOwnMethod(TestKafka kafka) {
    kafka.createTopic("notes", 1);
    Events events = events(kafka);
    List<String> seen = Collections.synchronizedList(new ArrayList<>());
    events.publishTombstone(NOTES, "k").join();
    events.subscribe(
        NOTES,
        "readers",
        new EventHandler<>() {
          @Override
          public void handle(Delivery<Note> delivery) {
            seen.add("event");
          }

          @Override
          public void handleTombstone(Delivery<Note> delivery) {
            seen.add("tombstone of " + delivery.key());
          }
        });

    kafka.settle();

    assertThat(seen).containsExactly("tombstone of k");
  }

  @Test
  void aCommitThatFails_losesNothing_andRepeatsNothing(TestKafka kafka) {
    kafka.createTopic("notes", 2);
    Events events = events(kafka);
    kafka.faults().commit("readers").failsBefore();
    kafka.faults().commit("readers").nth(2).failsAfter();
    List<Integer> handled = list();
    events.subscribe(NOTES, "readers", into(handled));
    publish(events, 0, 10);
    kafka.settle();
    publish(events, 10, 20);

    kafka.settle();

    assertThat(handled).containsExactlyInAnyOrderElementsOf(numbers(0, 20));
  }

  @AfterAll
  static void theAnswersAreThose_ofOtherBackends(TestInfo test) {
    Answers.compare(test.getTestClass().orElseThrow());
  }
}
