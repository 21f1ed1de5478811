package dev.kafkaevents.testkit.memory;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetCommitCallback;
import org.apache.kafka.clients.consumer.RetriableCommitFailedException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.IllegalGenerationException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.UnknownMemberIdException;
import org.jspecify.annotations.Nullable;

/**
 * The commits of one consumer. An asynchronous one is made at once, and its callback waits for the
 * polling thread. Confined to the consumer's thread.
 */
final class Commits {
  private final Broker broker;
  private final Group group;
  private final Supplier<Group.Committer> committer;
  private final Deque<Runnable> callbacks = new ArrayDeque<>();

  Commits(Broker broker, String group, Supplier<Group.Committer> committer) {
    this.broker = broker;
    this.group = broker.atomically(() -> broker.group(group));
    this.committer = committer;
  }

  /**
   * Commits now.
   *
   * @throws RetriableException if it may help to try again
   */
  void commit(Map<TopicPartition, OffsetAndMetadata> offsets) {
    RuntimeException failure = attempt(offsets);
    if (failure != null) {
      throw failure;
    }
  }

  private @Nullable RuntimeException attempt(Map<TopicPartition, OffsetAndMetadata> offsets) {
    broker.time.point();
    RuntimeException failure = attemptNow(offsets);
    broker.time.point();
    return failure;
  }

  private @Nullable RuntimeException attemptNow(Map<TopicPartition, OffsetAndMetadata> offsets) {
    return broker.atomically(
        () -> {
          try {
            group.commit(committer.get(), offsets);
            return null;
          } catch (UnknownMemberIdException | IllegalGenerationException e) {
            return new CommitFailedException(
                "Offset commit cannot be completed since the consumer is not part of an active"
                    + " group for auto partition assignment: "
                    + e.getMessage());
          } catch (CommitFailedException | ApiException e) {
            return e;
          }
        });
  }

  void commitAsync(
      Map<TopicPartition, OffsetAndMetadata> offsets, @Nullable OffsetCommitCallback callback) {
    RuntimeException failure = offsets.isEmpty() ? null : attempt(offsets);
    Exception told =
        failure instanceof RetriableException
            ? new RetriableCommitFailedException(failure)
            : failure;
    callbacks.add(
        () -> {
          if (callback != null) {
            callback.onComplete(offsets, told);
          }
        });
  }

  /** Tells what became of asynchronous commits, in their order. */
  void callBack() {
    for (Runnable next = callbacks.poll(); next != null; next = callbacks.poll()) {
      next.run();
    }
  }

  @Nullable OffsetAndMetadata committed(TopicPartition id) {
    return broker.atomically(() -> group.committed.get(id));
  }

  /** Whether a transaction that is open may change it. */
  boolean isUnstable(TopicPartition id) {
    return broker.atomically(() -> group.isUnstable(id));
  }
}
