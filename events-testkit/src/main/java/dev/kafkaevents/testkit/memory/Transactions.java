package dev.kafkaevents.testkit.memory;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.jspecify.annotations.Nullable;

/**
 * Coordinates transactions: the producer that came last under a transactional id fences those
 * before it. Guarded by the broker's lock.
 */
final class Transactions {
  private final Map<String, Entry> entries = new HashMap<>();

  private static final class Entry {
    int epoch;

    /** Producers at or below it have had their transaction aborted for taking too long. */
    int timedOutEpoch = -1;

    @Nullable Transaction open;
  }

  /** Fences older producers, aborts what they left open, and answers the new one's epoch. */
  int init(String id, long millis) {
    Entry entry = entries.computeIfAbsent(id, i -> new Entry());
    if (entry.open != null) {
      entry.open.end(false, millis);
      entry.open = null;
    }
    return ++entry.epoch;
  }

  /** The open transaction of this producer; begun if there is none. */
  Transaction open(String id, int epoch, long nanos, long timeoutNanos) {
    Entry entry = fenced(id, epoch);
    if (entry.timedOutEpoch == epoch) {
      throw new InvalidTxnStateException(
          "the transaction of " + id + " took too long and was aborted");
    }
    if (entry.open == null) {
      entry.open = new Transaction(nanos, timeoutNanos);
    }
    return entry.open;
  }

  /** Ends the open transaction, if there is one. */
  void end(String id, int epoch, boolean commit, long millis) {
    Entry entry = fenced(id, epoch);
    if (entry.timedOutEpoch == epoch) {
      if (commit) {
        throw new InvalidTxnStateException(
            "the transaction of " + id + " took too long and was aborted");
      }
      entry.timedOutEpoch = -1;
    }
    if (entry.open != null) {
      entry.open.end(commit, millis);
      entry.open = null;
    }
  }

  private Entry fenced(String id, int epoch) {
    Entry entry = entries.get(id);
    if (entry == null || entry.epoch != epoch) {
      throw new ProducerFencedException(
          "there is a newer producer with the transactional id " + id);
    }
    return entry;
  }

  /** Aborts what has been open for too long; true if anything was. */
  boolean expire(long nanos, long millis) {
    boolean any = false;
    for (Entry entry : entries.values()) {
      Transaction open = entry.open;
      if (open != null && nanos - open.startedNanos >= open.timeoutNanos) {
        open.end(false, millis);
        entry.open = null;
        entry.timedOutEpoch = entry.epoch;
        any = true;
      }
    }
    return any;
  }

  /** When the next one will have been open for too long. */
  long nextExpiry(long otherwise) {
    long next = otherwise;
    for (Entry entry : entries.values()) {
      Transaction open = entry.open;
      if (open != null) {
        next = Math.min(next, open.startedNanos + open.timeoutNanos);
      }
    }
    return next;
  }
}
