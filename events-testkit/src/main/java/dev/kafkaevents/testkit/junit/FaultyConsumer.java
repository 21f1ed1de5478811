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
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetCommitCallback;
import org.apache.kafka.clients.consumer.RetriableCommitFailedException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** A consumer whose commits may fail, and that may be gone, as planned. Confined like any other. */
final class FaultyConsumer implements InvocationHandler {
  private static final Set<Kind> KINDS =
      EnumSet.of(
          Kind.COMMIT_FAILS_BEFORE,
          Kind.COMMIT_FAILS_AFTER,
          Kind.CRASHES_BEFORE_COMMIT,
          Kind.CRASHES_AFTER_COMMIT);

  private final Consumer<byte[], byte[]> consumer;
  private final String group;
  private final Faults faults;
  private final ReadingWatch watch;

  /** What asynchronous commits have to be told at the next poll. */
  private final Deque<Runnable> callbacks = new ArrayDeque<>();

  private volatile boolean crashed;

  FaultyConsumer(
      Consumer<byte[], byte[]> consumer, String group, Faults faults, ReadingWatch watch) {
    this.consumer = consumer;
    this.group = group;
    this.faults = faults;
    this.watch = watch;
  }

  @Override
  @SuppressWarnings("unchecked") // what a consumer of bytes polls
  public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments)
      throws Throwable {
    if (crashed) {
      return afterCrash(method);
    }
    switch (method.getName()) {
      case "subscribe" -> noteSubscription(arguments);
      case "close" -> faults.readsNoMore(this);
      case "poll" -> {
        callBack();
        Object records = FaultyClients.pass(consumer, method, arguments);
        watch.polled((ConsumerRecords<byte[], byte[]>) requireNonNull(records));
        return records;
      }
      case "commitSync", "commitAsync" -> {
        Planned fault = faults.next(group, KINDS);
        if (fault != null) {
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
      faults.reads(this, group, names);
      watch.subscribed(names);
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
