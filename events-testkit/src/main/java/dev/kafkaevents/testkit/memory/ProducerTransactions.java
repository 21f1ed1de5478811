package dev.kafkaevents.testkit.memory;

import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.jspecify.annotations.Nullable;

/** In which state the transactions of a producer are. Guarded by the broker's lock. */
final class ProducerTransactions {
  enum State {
    UNINITIALIZED,
    READY,
    IN_TRANSACTION,
    ABORTABLE_ERROR,
    FATAL_ERROR
  }

  private final @Nullable String id;
  private State state = State.UNINITIALIZED;
  private @Nullable RuntimeException error;
  int epoch = -1;

  ProducerTransactions(@Nullable String id) {
    this.id = id;
  }

  String id() {
    if (id == null) {
      throw new IllegalStateException(
          "Cannot use transactional methods without enabling transactions by setting the"
              + " transactional.id configuration property");
    }
    return id;
  }

  boolean isOpen() {
    return state == State.IN_TRANSACTION || state == State.ABORTABLE_ERROR;
  }

  void mustBe(State needed, String what) {
    id();
    failIfInError();
    if (state != needed) {
      throw wrong(what);
    }
  }

  private IllegalStateException wrong(String what) {
    return new IllegalStateException(
        "TransactionalId " + id + ": Invalid transition attempted: " + what + " in state " + state);
  }

  void mustAbort() {
    id();
    if (state == State.FATAL_ERROR) {
      failIfInError();
    }
    if (!isOpen()) {
      throw wrong("abortTransaction");
    }
  }

  /** Before a record is taken. */
  void mayTake() {
    if (id != null) {
      failIfInError();
      if (state != State.IN_TRANSACTION) {
        throw new IllegalStateException(
            "Cannot add a partition to a transaction of " + id + " while in state " + state);
      }
    }
  }

  private void failIfInError() {
    if (error == null) {
      return;
    }
    if (error instanceof ProducerFencedException) {
      throw new ProducerFencedException(error.getMessage());
    }
    throw new KafkaException(
        "Cannot execute transactional method because we are in an error state", error);
  }

  void is(State now) {
    state = now;
    error = null;
  }

  /** Something failed: the transaction can only be aborted, or nothing can be done any more. */
  void failed(RuntimeException e) {
    if (id == null || state == State.FATAL_ERROR) {
      return;
    }
    boolean fatal = e instanceof ProducerFencedException || e instanceof InvalidTxnStateException;
    if (fatal) {
      state = State.FATAL_ERROR;
      error = e;
    } else if (isOpen()) {
      state = State.ABORTABLE_ERROR;
      error = e;
    }
  }

  @Nullable RuntimeException error() {
    return error;
  }
}
