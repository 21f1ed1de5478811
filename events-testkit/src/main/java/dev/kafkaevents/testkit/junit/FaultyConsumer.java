package dev.kafkaevents.testkit.junit;

import static java.util.Objects.requireNonNull;

import dev.kafkaevents.testkit.junit.Faults.Kind;
import dev.kafkaevents.testkit.junit.Faults.Planned;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetCommitCallback;
import org.apache.kafka.clients.consumer.RetriableCommitFailedException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** A consumer whose commits may fail, and that may be gone, as planned. Confined like any other. */
final class FaultyConsumer implements InvocationHandler {
  private static final Set<Kind> OF_COMMITS =
      EnumSet.of(Kind.COMMIT_FAILS_BEFORE, Kind.COMMIT_FAILS_AFTER);

  /** Of commits that tell of something handled. */
  private static final Set<Kind> OF_PROGRESS =
      EnumSet.of(
          Kind.COMMIT_FAILS_BEFORE,
          Kind.COMMIT_FAILS_AFTER,
          Kind.CRASHES_BEFORE_COMMIT,
          Kind.CRASHES_AFTER_COMMIT,
          Kind.REPEATED);

  private static final Set<Kind> OF_POLLS = EnumSet.of(Kind.STALLS);
  private static final Set<Kind> OF_CHOICES = EnumSet.of(Kind.INTERLEAVED);

  private final Consumer<byte[], byte[]> consumer;
  private final Map<String, Object> config;
  private final String group;
  private final Faults faults;
  private final ReadingWatch watch;

  /** What asynchronous commits have to be told at the next poll. */
  private final Deque<Runnable> callbacks = new ArrayDeque<>();

  /** Where it began to read, or what it committed last. */
  private final Map<TopicPartition, Long> begun = new HashMap<>();

  /** Null while records come as they are. */
  private @Nullable Interleaving interleaving;

  /** Whether there was a choice, so that it has happened. */
  private boolean interleaved;

  /** What happens before the next poll. */
  private @Nullable Planned stall;

  private volatile boolean crashed;

  FaultyConsumer(
      Consumer<byte[], byte[]> consumer,
      Map<String, Object> config,
      Faults faults,
      ReadingWatch watch) {
    this.consumer = consumer;
    this.config = config;
    this.group = String.valueOf(config.get("group.id"));
    this.faults = faults;
    this.watch = watch;
  }

  @Override
  public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments)
      throws Throwable {
    if (crashed) {
      return afterCrash(method);
    }
    switch (method.getName()) {
      case "subscribe" -> {
        noteSubscription(arguments);
        return FaultyClients.pass(consumer, method, dropping(arguments));
      }
      case "seek", "seekToBeginning", "seekToEnd" -> readsElsewhere(arguments);
      case "position" -> {
        TopicPartition id = argument(arguments, TopicPartition.class);
        Long kept = interleaving == null || id == null ? null : interleaving.position(id);
        if (kept != null) {
          return kept;
        }
      }
      case "close" -> faults.readsNoMore(this);
      case "poll" -> {
        stall();
        callBack();
        Duration timeout = argument(arguments, Duration.class);
        ConsumerRecords<byte[], byte[]> records = poll(requireNonNull(timeout));
        watch.polled(records);
        for (TopicPartition id : records.partitions()) {
          begun.putIfAbsent(id, records.records(id).get(0).offset());
        }
        if (!records.isEmpty()) {
          stall = faults.next(group, OF_POLLS);
        }
        return records;
      }
      case "commitSync", "commitAsync" -> {
        requireOffsets(arguments);
        Planned fault = faults.next(group, isProgress(arguments) ? OF_PROGRESS : OF_COMMITS);
        if (fault != null && fault.kind == Kind.REPEATED) {
          faults.evict(group); // so that this very commit is refused
        } else if (fault != null) {
          fail(fault, method, arguments);
          return null;
        }
      }
      default -> {}
    }
    return FaultyClients.pass(consumer, method, arguments);
  }

  private static @Nullable Object afterCrash(Method method) {
    if (method.getName().equals("close") || method.getName().equals("wakeup")) {
      return null;
    }
    throw new KafkaException("this member was crashed by the test");
  }

  private void noteSubscription(Object @Nullable [] arguments) {
    if (arguments != null && arguments[0] instanceof Collection<?> topics) {
      Set<String> names = new HashSet<>();
      topics.forEach(topic -> names.add(String.valueOf(topic)));
      faults.reads(this, group, names, config);
      watch.subscribed(names);
    }
  }

  /** With a listener that forgets what is kept of partitions that go. */
  private Object @Nullable [] dropping(Object @Nullable [] arguments) {
    ConsumerRebalanceListener told = argument(arguments, ConsumerRebalanceListener.class);
    if (arguments == null || told == null) {
      return arguments;
    }
    return new Object[] {
      arguments[0],
      new ConsumerRebalanceListener() {
        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> ids) {
          told.onPartitionsAssigned(ids);
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> ids) {
          drop(ids);
          told.onPartitionsRevoked(ids);
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> ids) {
          drop(ids);
          told.onPartitionsLost(ids);
        }
      }
    };
  }

  private void drop(Collection<TopicPartition> ids) {
    begun.keySet().removeAll(ids);
    if (interleaving != null) {
      interleaving.drop(ids);
    }
  }

  private void readsElsewhere(Object @Nullable [] seek) {
    TopicPartition id = argument(seek, TopicPartition.class);
    if (id != null) {
      drop(List.of(id));
    } else if (seek != null && seek[0] instanceof Collection<?> ids) {
      drop(
          consumer.assignment().stream()
              .filter(each -> ids.isEmpty() || ids.contains(each))
              .toList());
    }
  }

  /** Whether a commit goes further than the one before, as far as can be told. */
  private boolean isProgress(Object @Nullable [] commit) {
    boolean progress = argument(commit, Map.class) == null;
    for (Map.Entry<TopicPartition, OffsetAndMetadata> each : offsets(commit).entrySet()) {
      Long before = begun.get(each.getKey());
      if (before != null && each.getValue().offset() > before) {
        begun.put(each.getKey(), each.getValue().offset());
        progress = true;
      }
    }
    return progress;
  }

  private void requireOffsets(Object @Nullable [] commit) {
    if (interleaving != null && !interleaving.isEmpty() && argument(commit, Map.class) == null) {
      throw new UnsupportedOperationException(
          "while records are interleaved by the test a commit has to name its offsets");
    }
  }

  private ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
    Interleaving now = interleaving;
    if (now == null) {
      ConsumerRecords<byte[], byte[]> records = consumer.poll(timeout);
      Planned plan = records.isEmpty() ? null : faults.planned(group, Kind.INTERLEAVED);
      if (plan == null) {
        return records;
      }
      now = new Interleaving(plan.seed);
      interleaving = now;
      now.keep(records);
    } else {
      boolean ready = !now.ready(consumer.paused()).isEmpty();
      now.keep(consumer.poll(ready ? Duration.ZERO : timeout));
      now.dropAllBut(consumer.assignment());
    }
    List<TopicPartition> ready = now.ready(consumer.paused());
    if (ready.size() > 1 && !interleaved) {
      interleaved = faults.next(group, OF_CHOICES) != null;
    }
    return now.next(ready);
  }

  private void stall() {
    Planned now = stall;
    if (now != null) {
      stall = null;
      watch.stalled(now.delay);
      faults.pass(now.delay);
    }
  }

  private void callBack() {
    for (Runnable next = callbacks.poll(); next != null; next = callbacks.poll()) {
      next.run();
    }
  }

  private void fail(Planned fault, Method commit, Object @Nullable [] arguments) throws Throwable {
    boolean after =
        fault.kind == Kind.COMMIT_FAILS_AFTER || fault.kind == Kind.CRASHES_AFTER_COMMIT;
    if (after) {
      commitSilently(arguments);
    }
    if (fault.kind == Kind.CRASHES_BEFORE_COMMIT || fault.kind == Kind.CRASHES_AFTER_COMMIT) {
      crash();
    }
    RetriableCommitFailedException failure =
        new RetriableCommitFailedException("the answer to a commit was lost by the test");
    if (commit.getName().equals("commitSync")) {
      throw failure;
    }
    OffsetCommitCallback callback = argument(arguments, OffsetCommitCallback.class);
    if (callback != null) {
      Map<TopicPartition, OffsetAndMetadata> offsets = offsets(arguments);
      callbacks.add(() -> callback.onComplete(offsets, failure));
    }
  }

  private void commitSilently(Object @Nullable [] arguments) {
    Map<TopicPartition, OffsetAndMetadata> offsets = offsets(arguments);
    if (offsets.isEmpty()) {
      consumer.commitSync();
    } else {
      consumer.commitSync(offsets);
    }
  }

  @SuppressWarnings("unchecked") // the only map among the arguments of a commit
  private static Map<TopicPartition, OffsetAndMetadata> offsets(Object @Nullable [] arguments) {
    Map<?, ?> map = argument(arguments, Map.class);
    return map == null ? Map.of() : (Map<TopicPartition, OffsetAndMetadata>) map;
  }

  private static <T> @Nullable T argument(Object @Nullable [] arguments, Class<T> type) {
    if (arguments != null) {
      for (Object argument : arguments) {
        if (type.isInstance(argument)) {
          return type.cast(argument);
        }
      }
    }
    return null;
  }

  /** Gone without leaving the group: what its listener still tries to commit fails. */
  private void crash() {
    crashed = true;
    watch.crashed();
    faults.readsNoMore(this);
    try {
      consumer.close(
          CloseOptions.timeout(Duration.ZERO)
              .withGroupMembershipOperation(GroupMembershipOperation.REMAIN_IN_GROUP));
    } catch (KafkaException e) {
      // As a process that is gone would not have told either.
    }
    throw new KafkaException("this member was crashed by the test");
  }
}
