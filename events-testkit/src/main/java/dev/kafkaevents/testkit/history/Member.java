package dev.kafkaevents.testkit.history;

import dev.kafkaevents.Delivery;
import dev.kafkaevents.Position;
import dev.kafkaevents.Settlement;
import dev.kafkaevents.Topic;
import dev.kafkaevents.spi.EventsProbe;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One who takes part in a {@link History}: a publisher, a member of the group, or both.
 *
 * <p>As a probe it is told by the framework. What runs elsewhere is told by plain calls; each must
 * come when it happens, or carry its time with {@link #at}. That a delivery begins is told before
 * its handler is called, that it is settled before its offset can be committed.
 *
 * <p>Ignores what other groups do. Safe for use by many threads.
 */
public final class Member implements EventsProbe {
  private static final String EVENT_ID = "ce_id";

  private final History history;
  private final String name;

  /** When what is told happened; null is now. */
  private final @Nullable Long nanoTime;

  /** On which thread what is told by plain calls happened. */
  private final long thread;

  Member(History history, String name, @Nullable Long nanoTime, long thread) {
    this.history = history;
    this.name = name;
    this.nanoTime = nanoTime;
    this.thread = thread;
  }

  /**
   * The same member, telling what happened at {@code nanoTime}: of {@link System#nanoTime}, in a
   * process of this machine.
   */
  public Member at(long nanoTime) {
    return new Member(history, name, nanoTime, thread);
  }

  /**
   * The same member, telling what happens on {@code thread}, by whatever number. Needed only where
   * one record may be in the hands of two handlers of one member: when it lost a partition, has it
   * again, and a handler from before still runs.
   */
  public Member onThread(long thread) {
    return new Member(history, name, nanoTime, thread);
  }

  /** An event is stored. */
  public void published(String eventId, Position at) {
    add(Action.Kind.PUBLISHED, at, Action.NONE, Action.NONE, eventId);
  }

  /**
   * An attempt begins.
   *
   * @param key null if the record has none: then it has no order
   * @param eventId null if it is not known
   */
  public void delivered(Position at, @Nullable String key, @Nullable String eventId, int attempt) {
    add(Action.Kind.DELIVERED, at, history.number(key), attempt, eventId == null ? "" : eventId);
  }

  /** A delivery ended, so that its offset may be committed. */
  public void settled(Position at, Settlement settlement) {
    add(Action.Kind.SETTLED, at, Action.NONE, Action.NONE, text(settlement));
    noteDeadLetter(at, settlement);
  }

  private void noteDeadLetter(Position at, Settlement settlement) {
    if (settlement instanceof Settlement.DeadLettered dead && dead.at().offset() >= 0) {
      add(Action.Kind.DEAD_LETTERED, dead.at(), Action.NONE, Action.NONE, "of " + at);
    }
  }

  /** A delivery failed for good. */
  public void failed(Position at) {
    add(Action.Kind.FAILED, at, Action.NONE, Action.NONE, "");
  }

  /** An attempt failed, and another is to come. */
  public void retryScheduled(Position at) {
    add(Action.Kind.RETRY, at, Action.NONE, Action.NONE, "");
  }

  /** The broker has the committed offset. */
  public void committed(String topic, int partition, long offset) {
    add(Action.Kind.COMMITTED, new Position(topic, partition, offset));
  }

  /** It has a partition. */
  public void assigned(String topic, int partition) {
    add(Action.Kind.ASSIGNED, new Position(topic, partition, Action.NONE));
  }

  /** A partition is given up in order. */
  public void revoked(String topic, int partition) {
    add(Action.Kind.REVOKED, new Position(topic, partition, Action.NONE));
  }

  /** A partition is gone. */
  public void lost(String topic, int partition) {
    add(Action.Kind.LOST, new Position(topic, partition, Action.NONE));
  }

  /**
   * Its process is dead. What it had delivered and not committed may come again. To be told after
   * all that it did.
   */
  public void crashed() {
    add(Action.Kind.CRASHED, new Position("", Action.NONE, Action.NONE));
  }

  @Override
  public void published(Topic<?> topic, String eventId, Position position) {
    published(eventId, position);
  }

  @Override
  public void delivered(Delivery<?> delivery) {
    if (history.isJudged(delivery.group())) {
      onThisThread()
          .delivered(
              delivery.position(),
              delivery.key(),
              delivery.message().headers().text(EVENT_ID),
              delivery.attempt());
    }
  }

  @Override
  public void settled(Delivery<?> delivery, Settlement settlement) {
    if (history.isJudged(delivery.group())) {
      onThisThread()
          .add(
              Action.Kind.SETTLED,
              delivery.position(),
              history.number(delivery.key()),
              delivery.attempt(),
              text(settlement));
      onThisThread().noteDeadLetter(delivery.position(), settlement);
    }
  }

  @Override
  public void failed(Delivery<?> delivery, Throwable failure) {
    if (history.isJudged(delivery.group())) {
      onThisThread().failed(delivery.position());
    }
  }

  @Override
  public void retryScheduled(Delivery<?> delivery, Duration delay) {
    if (history.isJudged(delivery.group())) {
      onThisThread().retryScheduled(delivery.position());
    }
  }

  @Override
  public void committed(String group, String topic, int partition, long offset) {
    if (history.isJudged(group)) {
      committed(topic, partition, offset);
    }
  }

  @Override
  public void assigned(String group, String topic, int partition) {
    if (history.isJudged(group)) {
      assigned(topic, partition);
    }
  }

  @Override
  public void revoked(String group, String topic, int partition) {
    if (history.isJudged(group)) {
      revoked(topic, partition);
    }
  }

  @Override
  public void lost(String group, String topic, int partition) {
    if (history.isJudged(group)) {
      lost(topic, partition);
    }
  }

  @Override
  public String toString() {
    return name;
  }

  private Member onThisThread() {
    return onThread(Thread.currentThread().getId());
  }

  private static String text(Settlement settlement) {
    if (settlement instanceof Settlement.DeadLettered dead) {
      return "dead letter " + dead.at();
    }
    return settlement instanceof Settlement.Skipped ? "skipped" : "handled";
  }

  private void add(Action.Kind kind, Position at) {
    add(kind, at, Action.NONE, Action.NONE, "");
  }

  private void add(Action.Kind kind, Position at, int key, int attempt, String note) {
    history.add(
        new Action(
            nanoTime == null ? history.now() : nanoTime,
            name,
            kind,
            at.topic(),
            at.partition(),
            at.offset(),
            key,
            attempt,
            thread,
            note));
  }
}
