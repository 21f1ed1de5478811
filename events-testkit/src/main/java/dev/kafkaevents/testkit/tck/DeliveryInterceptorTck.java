package dev.kafkaevents.testkit.tck;

import static dev.kafkaevents.testkit.tck.Note.NOTES;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaevents.EventHandler;
import dev.kafkaevents.Events;
import dev.kafkaevents.Subscription;
import dev.kafkaevents.Subscription.State;
import dev.kafkaevents.spi.DeliveryInterceptor;
import dev.kafkaevents.testkit.junit.TestKafka;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What every {@link DeliveryInterceptor} has to do, whatever it is for: stay out of the way of what
 * succeeds, and let pass what says nothing about the event. Extend it with {@link
 * dev.kafkaevents.testkit.junit.EventsTest} on the class.
 */
@Timeout(120)
public abstract class DeliveryInterceptorTck {
  private static final int MANY = 200;

  /** For subclasses. */
  protected DeliveryInterceptorTck() {}

  /** A new one, as an application installs it; for a topic {@code notes}. */
  protected abstract DeliveryInterceptor interceptor();

  /** What it needs on the cluster, such as a topic of dead letters; nothing unless overridden. */
  protected void prepare(TestKafka kafka) {}

  private Events events(TestKafka kafka) {
    kafka.createTopic("notes", 3);
    prepare(kafka);
    DeliveryInterceptor interceptor = interceptor();
    return kafka.events(builder -> builder.serde(Note.serde()).onDelivery(interceptor));
  }

  private static List<Integer> list() {
    return Collections.synchronizedList(new ArrayList<>());
  }

  @Test
  void whatSucceeds_isHandledOnce_byManyAtOnce(TestKafka kafka) {
    Events events = events(kafka);
    List<Integer> handled = list();
    for (int i = 0; i < MANY; i++) {
      events.publish(NOTES, new Note("k-" + i, i)).join();
    }
    events.subscribe(NOTES, "readers", note -> handled.add(note.payload().number()));

    kafka.settle();

    assertThat(handled)
        .containsExactlyInAnyOrderElementsOf(IntStream.range(0, MANY).boxed().toList());
    assertThat(kafka.attempts("readers").values()).containsOnly(1);
    assertThat(kafka.lag("readers", "notes")).isZero();
  }

  @Test
  void anError_isNoAnswer_andStopsTheSubscription(TestKafka kafka) {
    Events events = events(kafka);
    events.publish(NOTES, new Note("k", 1)).join();

    Subscription subscription =
        events.subscribe(
            NOTES,
            "readers",
            note -> {
              throw new NoClassDefFoundError("as planned");
            });
    kafka.awaitStopped(subscription);

    assertThat(subscription.state()).isEqualTo(State.FAILED);
    assertThat(kafka.lag("readers", "notes")).isEqualTo(1);
  }

  @Test
  void anInterruptWhenItCloses_isNoAnswer_andTheEventComesAgain(TestKafka kafka) throws Exception {
    Events events = events(kafka);
    CountDownLatch begun = new CountDownLatch(1);
    EventHandler<Note> endless =
        note -> {
          begun.countDown();
          new CountDownLatch(1).await();
        };
    events.publish(NOTES, new Note("k", 1)).join();
    Subscription first = events.subscribe(NOTES, "readers", endless);
    begun.await();
    first.close(Duration.ZERO);
    kafka.awaitStopped(first);
    assertThat(kafka.lag("readers", "notes")).isEqualTo(1);

    List<Integer> handled = list();
    events.subscribe(NOTES, "readers", note -> handled.add(note.payload().number()));
    kafka.settle();

    assertThat(handled).containsExactly(1);
  }
}
