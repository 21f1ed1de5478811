package dev.kafkaevents.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Watches a run and then judges it. Thread-safe: a key's list is only touched by the handler of
 * that key, and two at once are what it finds out.
 */
final class History {
  private final Map<String, List<Integer>> handled = new ConcurrentHashMap<>();
  private final Map<String, AtomicInteger> atWork = new ConcurrentHashMap<>();
  private final Map<String, Integer> published = new ConcurrentHashMap<>();
  private final List<String> violations = new CopyOnWriteArrayList<>();
  private final AtomicInteger count = new AtomicInteger();
  private final Set<Step> distinct = ConcurrentHashMap.newKeySet();

  /** The next step of a key. One thread publishes. */
  Step next(String key) {
    return new Step(key, published.merge(key, 1, Integer::sum) - 1);
  }

  /** A handler at work, from here to {@link #leave}. */
  void enter(Step step) {
    if (atWork.computeIfAbsent(step.key(), key -> new AtomicInteger()).incrementAndGet() != 1) {
      violations.add("two handlers at once for " + step);
    }
  }

  void leave(Step step) {
    handled
        .computeIfAbsent(step.key(), key -> Collections.synchronizedList(new ArrayList<>()))
        .add(step.number());
    atWork.get(step.key()).decrementAndGet();
    distinct.add(step);
    count.incrementAndGet();
  }

  void handle(Step step) {
    enter(step);
    leave(step);
  }

  int handledCount() {
    return count.get();
  }

  int distinctCount() {
    return distinct.size();
  }

  int publishedCount() {
    return published.values().stream().mapToInt(Integer::intValue).sum();
  }

  /** Every step once, and in order. */
  void assertEachOnceInOrder() {
    assertThat(violations).isEmpty();
    published.forEach(
        (key, count) -> {
          List<Integer> steps = handled.getOrDefault(key, List.of());
          for (int i = 0; i < Math.max(count, steps.size()); i++) {
            assertThat(i < steps.size() ? steps.get(i) : null)
                .as("step %d of key %s", i, key)
                .isEqualTo(i);
          }
        });
  }

  /**
   * Every step, none skipped: a repeat may only go back to what came before, and goes on in order
   * from there. (A key that is delivered again starts over at an earlier step; it never leaps
   * ahead.)
   */
  void assertNothingLostNorReordered() {
    published.forEach(
        (key, count) -> {
          int highest = -1;
          int before = -1;
          for (int step : handled.getOrDefault(key, List.of())) {
            assertThat(step)
                .as("a step of key %s after %d, with %d the highest", key, before, highest)
                .isLessThanOrEqualTo(before + 1);
            highest = Math.max(highest, step);
            before = step;
          }
          assertThat(highest).as("last step of key %s", key).isEqualTo(count - 1);
        });
    assertThat(violations).isEmpty();
  }
}
