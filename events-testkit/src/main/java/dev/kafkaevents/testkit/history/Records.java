package dev.kafkaevents.testkit.history;

import dev.kafkaevents.Ordering;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * The records of a partition that anybody told of, by their place among them, and what is known of
 * each. Confined to the thread that judges.
 */
final class Records {
  private final long[] offsets;
  private final String[] ids;

  /** What must be in order has the same number; what has no order has one of its own, below 0. */
  private final int[] strands;

  /** The place of the one before it in its strand; -1 if there is none. */
  private final int[] before;

  private final BitSet published;
  private final BitSet settled = new BitSet();
  private final BitSet waived = new BitSet();
  private final BitSet delivered = new BitSet();
  private final BitSet mayRepeat = new BitSet();

  /** Everything before it is settled, or need not be. */
  private int firstOpen;

  private Records(Builder builder) {
    int size = builder.records.size();
    offsets = new long[size];
    ids = new String[size];
    strands = new int[size];
    before = new int[size];
    published = new BitSet(size);
    Map<Integer, Integer> last = new HashMap<>();
    int i = 0;
    for (Map.Entry<Long, Known> entry : builder.records.entrySet()) {
      Known known = entry.getValue();
      offsets[i] = entry.getKey();
      ids[i] = known.id;
      published.set(i, known.published);
      strands[i] =
          switch (builder.ordering) {
            case KEY -> known.key == Action.NONE ? -2 - i : known.key;
            case PARTITION -> 0;
            case NONE -> -2 - i;
          };
      Integer previous = last.put(strands[i], i);
      before[i] = previous == null ? -1 : previous;
      i++;
    }
  }

  int size() {
    return offsets.length;
  }

  int at(long offset) {
    int i = Arrays.binarySearch(offsets, offset);
    if (i < 0) {
      throw new IllegalStateException("offset " + offset + " is not among the records");
    }
    return i;
  }

  /** The place of the first record at or after {@code offset}. */
  int from(long offset) {
    int i = Arrays.binarySearch(offsets, offset);
    return i < 0 ? -i - 1 : i;
  }

  long offset(int i) {
    return offsets[i];
  }

  /** The id it was acknowledged with; empty if nobody told. */
  String id(int i) {
    return ids[i];
  }

  int strand(int i) {
    return strands[i];
  }

  int before(int i) {
    return before[i];
  }

  boolean isPublished(int i) {
    return published.get(i);
  }

  boolean isSettled(int i) {
    return settled.get(i);
  }

  /** Settled, or said not to need it. */
  boolean isDone(int i) {
    return settled.get(i) || waived.get(i);
  }

  void settle(int i) {
    settled.set(i);
  }

  void deliver(int i) {
    delivered.set(i);
  }

  void waive(int i) {
    waived.set(i);
  }

  /** Whatever was delivered at or after {@code offset} may come again, once. */
  void mayRepeatFrom(long offset) {
    int from = from(offset);
    for (int i = delivered.nextSetBit(from); i >= 0; i = delivered.nextSetBit(i + 1)) {
      mayRepeat.set(i);
    }
  }

  void mayRepeat(int i) {
    mayRepeat.set(i);
  }

  /** Whether it may come again; from here on it may not. */
  boolean takeRepeat(int i) {
    boolean may = mayRepeat.get(i);
    mayRepeat.clear(i);
    return may;
  }

  /** The place of the first record that is not done; the size if there is none. */
  int firstOpen() {
    while (firstOpen < offsets.length && isDone(firstOpen)) {
      firstOpen++;
    }
    return firstOpen;
  }

  int publishedCount() {
    return published.cardinality();
  }

  int settledCount() {
    return settled.cardinality();
  }

  private static final class Known {
    private boolean published;
    private String id = "";
    private int key = Action.NONE;
  }

  /** Collects records from actions, in any order. */
  static final class Builder {
    private final Ordering ordering;
    private final TreeMap<Long, Known> records = new TreeMap<>();

    Builder(Ordering ordering) {
      this.ordering = ordering;
    }

    void add(Action action) {
      switch (action.kind()) {
        case PUBLISHED -> {
          Known known = known(action);
          known.published = true;
          known.id = action.note();
        }
        case DELIVERED, SETTLED, FAILED, RETRY -> {
          Known known = known(action);
          if (action.key() != Action.NONE) {
            known.key = action.key();
          }
        }
        default -> {
          // says nothing of a record
        }
      }
    }

    private Known known(Action action) {
      return records.computeIfAbsent(action.offset(), offset -> new Known());
    }

    Records build() {
      return new Records(this);
    }
  }
}
