package dev.kafkaevents.testkit.history;

import static java.util.Objects.requireNonNull;

import dev.kafkaevents.Position;
import dev.kafkaevents.SubscribeOptions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * What happened to the events of a group, to be judged when it is over: that none was lost, that
 * keys kept their order, that commits stayed behind what was settled, and that whatever came twice
 * had a reason to.
 *
 * <pre>{@code
 * SubscribeOptions options = SubscribeOptions.group("billing");
 * History history = History.of(options);
 * try (Events events =
 *     KafkaEvents.builder(config).serde(JsonSerde.factory()).probe(history.member("one")).build()) {
 *   events.subscribe(ORDERS, options, this::bill);
 *   // publish, and do harm
 *   await().until(() -> history.settledCount() == history.publishedCount());
 * }
 * history.readBroker(admin);
 * history.check();
 * }</pre>
 *
 * <p>It believes what it is told: install a {@link #member} as the first probe, one for each
 * subscription of the group and another for each of its lives, and tell what no probe can know: a
 * {@link Member#crashed crash}, a {@link #reset}, a {@link #faultBegins fault of the cluster}. A
 * topic is judged if the group was ever assigned any of it, from offset 0 on.
 *
 * <p>Keeps everything in memory, for a test of minutes and not for a service. Keys are kept as
 * numbers, in the order in which they are first seen. Safe for use by many threads; what happened
 * is put in order by {@link System#nanoTime}, which the processes of one machine share.
 */
public final class History {
  private final SubscribeOptions options;
  private final LongSupplier clock;

  private final ReentrantLock lock = new ReentrantLock();

  // All guarded by the lock.
  private final List<Action> actions = new ArrayList<>();
  private final Map<String, Integer> keys = new HashMap<>();
  private final Set<Position> published = new HashSet<>();
  private final Set<Position> settled = new HashSet<>();
  private final Set<Position> deadLetters = new HashSet<>();
  private int deliveries;

  private History(SubscribeOptions options, LongSupplier clock) {
    this.options = requireNonNull(options, "options");
    this.clock = clock;
  }

  /**
   * The history of a group, judged by what {@code options} promise: the ordering, and the time that
   * handlers have when a partition is given up. A subscription that is closed in less than that has
   * promised less: give options with the shorter time.
   */
  public static History of(SubscribeOptions options) {
    return new History(options, System::nanoTime);
  }

  /**
   * The same, by another clock than {@link System#nanoTime}: that of a Kafka on virtual time, say.
   */
  public static History of(SubscribeOptions options, LongSupplier clock) {
    return new History(options, clock);
  }

  /**
   * Who takes part, publishing, subscribing or both: a probe for one {@code KafkaEvents}, or called
   * plainly for what runs elsewhere.
   */
  public Member member(String name) {
    return new Member(this, name, null, Action.NONE);
  }

  /** An event is stored, as somebody was told who is no member. */
  public void published(String eventId, Position at) {
    member(Action.CLUSTER).published(eventId, at);
  }

  /**
   * The group was set to read from {@code offset} on: what is before it need not come, what is
   * after it may come again.
   */
  public void reset(String topic, int partition, long offset) {
    add(ofPartition(Action.Kind.RESET, topic, partition, offset));
  }

  /**
   * The cluster fails, or is cut off, and commits may fail with it: until {@link #faultEnds} a
   * partition that is given up counts as lost.
   */
  public void faultBegins() {
    add(ofPartition(Action.Kind.FAULT_BEGINS, "", Action.NONE, Action.NONE));
  }

  /** The cluster serves again. */
  public void faultEnds() {
    add(ofPartition(Action.Kind.FAULT_ENDS, "", Action.NONE, Action.NONE));
  }

  /** The committed offset, as read from the broker. */
  public void committedIs(String topic, int partition, long offset) {
    add(ofPartition(Action.Kind.BROKER_HAS, topic, partition, offset));
  }

  /** The end offset, as read from the broker. */
  public void endIs(String topic, int partition, long offset) {
    add(ofPartition(Action.Kind.LOG_ENDS, topic, partition, offset));
  }

  /**
   * Reads the group's committed offsets and the end of each partition that something is stored in,
   * dead letters among it, but for those of another cluster.
   *
   * @throws ExecutionException if the cluster refuses or does not answer
   */
  public void readBroker(Admin admin) throws ExecutionException, InterruptedException {
    Map<TopicPartition, @Nullable OffsetAndMetadata> committed =
        admin.listConsumerGroupOffsets(options.group()).partitionsToOffsetAndMetadata().get();
    committed.forEach(
        (id, offset) -> {
          if (offset != null) {
            committedIs(id.topic(), id.partition(), offset.offset());
          }
        });
    Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
    for (Position at : locked(() -> Set.copyOf(published))) {
      asked.put(new TopicPartition(at.topic(), at.partition()), OffsetSpec.latest());
    }
    Set<String> known = admin.listTopics().names().get();
    for (Position at : locked(() -> Set.copyOf(deadLetters))) {
      if (known.contains(at.topic())) {
        asked.put(new TopicPartition(at.topic(), at.partition()), OffsetSpec.latest());
      }
    }
    for (Map.Entry<TopicPartition, ListOffsetsResultInfo> end :
        admin.listOffsets(asked).all().get().entrySet()) {
      endIs(end.getKey().topic(), end.getKey().partition(), end.getValue().offset());
    }
  }

  /** How many events are stored, as far as told. */
  public int publishedCount() {
    return locked(published::size);
  }

  /** How many records are settled, each counted once. */
  public int settledCount() {
    return locked(settled::size);
  }

  /** How many times a handler was called, retries and repeats included. */
  public int deliveryCount() {
    return locked(() -> deliveries);
  }

  /** Whether a record is settled, as far as told. */
  public boolean isSettled(Position at) {
    return locked(() -> settled.contains(at));
  }

  /** Judges all of it. Everything published is to be settled by now. */
  public Verdict judge() {
    return new Judge(options, copyInOrder()).judge(true);
  }

  /** Judges what there is so far: what is not settled may still be on its way. */
  public Verdict judgeSoFar() {
    return new Judge(options, copyInOrder()).judge(false);
  }

  /**
   * Judges all of it, and throws if anything is wrong.
   *
   * @throws AssertionError with what was broken, and the last actions before it
   */
  public void check() {
    judge().check();
  }

  // For members.

  boolean isJudged(String group) {
    return group.equals(options.group());
  }

  long now() {
    return clock.getAsLong();
  }

  /** The number of a key; {@link Action#NONE} of none. */
  int number(@Nullable String key) {
    return key == null
        ? Action.NONE
        : locked(() -> keys.computeIfAbsent(key, unknown -> keys.size()));
  }

  void add(Action action) {
    lock.lock();
    try {
      actions.add(action);
      switch (action.kind()) {
        case PUBLISHED -> published.add(action.position());
        case SETTLED -> settled.add(action.position());
        case DEAD_LETTERED -> deadLetters.add(action.position());
        case DELIVERED -> deliveries++;
        default -> {
          // nobody counts these
        }
      }
    } finally {
      lock.unlock();
    }
  }

  private Action ofPartition(Action.Kind kind, String topic, int partition, long offset) {
    return new Action(
        now(),
        Action.CLUSTER,
        kind,
        topic,
        partition,
        offset,
        Action.NONE,
        Action.NONE,
        Action.NONE,
        "");
  }

  private List<Action> copyInOrder() {
    List<Action> copy = locked(() -> new ArrayList<>(actions));
    copy.sort(Comparator.comparingLong(Action::nanos)); // stable: of equal times, as told
    return copy;
  }

  private <R> R locked(Supplier<R> question) {
    lock.lock();
    try {
      return question.get();
    } finally {
      lock.unlock();
    }
  }
}
