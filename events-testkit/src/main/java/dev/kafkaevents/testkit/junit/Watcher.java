package dev.kafkaevents.testkit.junit;

import dev.kafkaevents.Delivery;
import dev.kafkaevents.PauseReason;
import dev.kafkaevents.Position;
import dev.kafkaevents.PublishException;
import dev.kafkaevents.Settlement;
import dev.kafkaevents.SubscribeOptions;
import dev.kafkaevents.Subscription;
import dev.kafkaevents.Topic;
import dev.kafkaevents.spi.EventsProbe;
import dev.kafkaevents.testkit.history.Member;
import dev.kafkaevents.testkit.junit.Checker.Reading;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Listens to one {@code Events} of a test, and tells the flight recorder and the checker. Which of
 * its subscriptions it hears can't be told, so those of one group and topic are judged only if they
 * follow one another.
 */
final class Watcher implements EventsProbe {
  private final Flight flight;
  private final Checker checker;
  private final Map<Reading, Member> members = new ConcurrentHashMap<>();
  private final Map<Reading, Subscription> subscriptions = new ConcurrentHashMap<>();
  private final Set<Reading> crashed = ConcurrentHashMap.newKeySet();

  /** Held while a member is told, so that it is told nothing after its crash. */
  private final ReentrantLock telling = new ReentrantLock();

  Watcher(Flight flight, Checker checker) {
    this.flight = flight;
    this.checker = checker;
  }

  /** Somebody is about to subscribe. */
  void subscribing(Topic<?> topic, SubscribeOptions options) {
    Reading reading = new Reading(options.group(), topic.name());
    Subscription before = subscriptions.get(reading);
    if (before != null && !before.stopped().isDone() && !crashed.contains(reading)) {
      checker.leaveAlone(
          reading, "two subscriptions at a time of one Events, which can't be told apart");
    }
    crashed.remove(reading);
    members.put(reading, checker.member(reading, options));
  }

  /** The member of a group that reads these topics is gone, without a word. */
  void crashed(String group) {
    flight.note("crashed", group, "", "by the test");
    telling.lock();
    try {
      members.forEach(
          (reading, member) -> {
            if (reading.group().equals(group)) {
              crashed.add(reading);
              member.crashed();
            }
          });
    } finally {
      telling.unlock();
    }
  }

  /** What a handler brings to its end after the crash did not happen, as far as the group goes. */
  private void tell(String group, String topic, Consumer<Member> what) {
    Reading reading = new Reading(group, topic);
    telling.lock();
    try {
      Member member = members.get(reading);
      if (member != null && !crashed.contains(reading)) {
        what.accept(member);
      }
    } finally {
      telling.unlock();
    }
  }

  private void tell(Delivery<?> delivery, Consumer<Member> what) {
    tell(delivery.group(), delivery.topic().name(), what);
  }

  private void note(String what, Delivery<?> delivery, String note) {
    flight.note(
        what, delivery.group(), delivery.position(), delivery.key(), delivery.attempt(), note);
  }

  private static String place(String topic, int partition) {
    return topic + "-" + partition;
  }

  @Override
  public void published(Topic<?> topic, String eventId, Position position) {
    flight.note("published", "", position.toString(), "");
    checker.published(eventId, position);
  }

  @Override
  public void publishFailed(Topic<?> topic, String eventId, PublishException failure) {
    flight.note("publish failed", "", topic.name(), failure.outcome().toString());
  }

  @Override
  public void delivered(Delivery<?> delivery) {
    flight.attempt(delivery.group(), delivery.position(), delivery.key(), delivery.attempt());
    tell(delivery, member -> member.delivered(delivery));
  }

  @Override
  public void attemptFailed(Delivery<?> delivery, Throwable failure) {
    note("attempt failed", delivery, failure.getClass().getName());
  }

  @Override
  public void settled(Delivery<?> delivery, Settlement settlement) {
    tell(delivery, member -> member.settled(delivery, settlement));
    if (settlement instanceof Settlement.DeadLettered dead) {
      checker.deadLettered(
          new Reading(delivery.group(), delivery.topic().name()), dead.at().topic());
    }
    note("settled", delivery, text(settlement));
  }

  private static String text(Settlement settlement) {
    if (settlement instanceof Settlement.DeadLettered dead) {
      return "dead letter " + dead.at();
    }
    return settlement instanceof Settlement.Skipped ? "skipped" : "handled";
  }

  @Override
  public void failed(Delivery<?> delivery, Throwable failure) {
    tell(delivery, member -> member.failed(delivery, failure));
    note("failed", delivery, failure.getClass().getName());
  }

  @Override
  public void retryScheduled(Delivery<?> delivery, Duration delay) {
    tell(delivery, member -> member.retryScheduled(delivery, delay));
    note("retry", delivery, "in " + delay);
  }

  @Override
  public void committed(String group, String topic, int partition, long offset) {
    tell(group, topic, member -> member.committed(topic, partition, offset));
    flight.note("committed", group, new Position(topic, partition, offset).toString(), "");
  }

  @Override
  public void commitFailed(String group, String topic, int partition, Throwable failure) {
    flight.note("commit failed", group, place(topic, partition), failure.getClass().getName());
  }

  @Override
  public void subscribed(String group, Topic<?> topic, Subscription subscription) {
    subscriptions.put(new Reading(group, topic.name()), subscription);
    flight.note("subscribed", group, topic.name(), "");
  }

  @Override
  public void assigned(String group, String topic, int partition) {
    tell(group, topic, member -> member.assigned(topic, partition));
    flight.note("assigned", group, place(topic, partition), "");
  }

  @Override
  public void revoked(String group, String topic, int partition) {
    tell(group, topic, member -> member.revoked(topic, partition));
    flight.note("revoked", group, place(topic, partition), "");
  }

  @Override
  public void lost(String group, String topic, int partition) {
    tell(group, topic, member -> member.lost(topic, partition));
    flight.note("lost", group, place(topic, partition), "");
  }

  @Override
  public void paused(String group, String topic, int partition, Set<PauseReason> reasons) {
    flight.note(
        reasons.isEmpty() ? "resumed" : "paused",
        group,
        place(topic, partition),
        reasons.isEmpty() ? "" : reasons.toString());
  }

  @Override
  public void settledLate(String group, String topic, int partition, int records) {
    flight.note("settled late", group, place(topic, partition), records + " records");
  }

  @Override
  public void stalled(String group, String topic, int partition, long offset, Duration since) {
    flight.note(
        "stalled", group, new Position(topic, partition, offset).toString(), "for " + since);
  }
}
