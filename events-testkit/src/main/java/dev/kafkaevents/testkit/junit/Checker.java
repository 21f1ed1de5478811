package dev.kafkaevents.testkit.junit;

import dev.kafkaevents.Position;
import dev.kafkaevents.SubscribeOptions;
import dev.kafkaevents.testkit.history.History;
import dev.kafkaevents.testkit.history.Member;
import dev.kafkaevents.testkit.history.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Judges what was done in a test, when it is over: each topic of each group by a {@link History} of
 * its own. What can't be judged is left alone, and it is known why. Thread-safe.
 */
final class Checker {
  /** A group and a topic that it reads, as the application declares them. */
  record Reading(String group, String topic) {
    @Override
    public String toString() {
      return "topic " + topic + " in group " + group;
    }
  }

  private record Known(String eventId, Position at) {}

  private final ReentrantLock lock = new ReentrantLock();

  // All guarded by the lock.
  private final Map<Reading, History> histories = new LinkedHashMap<>();
  private final Map<Reading, String> leftAlone = new LinkedHashMap<>();
  private final Map<String, String> topicsLeftAlone = new HashMap<>();
  private final List<Known> published = new ArrayList<>();
  private final Map<Reading, Set<String>> deadLetterTopics = new HashMap<>();
  private final List<Position> beginnings = new ArrayList<>();
  private @Nullable String allLeftAlone;
  private int members;

  /**
   * A member of the group begins. That handlers have their time when a partition is given up is not
   * judged: a test closes as it likes.
   */
  Member member(Reading reading, SubscribeOptions options) {
    lock.lock();
    try {
      History history =
          histories.computeIfAbsent(
              reading, each -> begun(options.withDrainTimeout(Duration.ZERO), each.topic));
      return history.member("member-" + ++members);
    } finally {
      lock.unlock();
    }
  }

  private History begun(SubscribeOptions options, String topic) {
    History history = History.of(options);
    for (Position at : beginnings) {
      if (at.topic().equals(topic)) {
        history.reset(topic, at.partition(), at.offset());
      }
    }
    for (Known event : published) {
      if (event.at.topic().equals(topic)) {
        history.published(event.eventId, event.at);
      }
    }
    return history;
  }

  /** A record is stored. */
  void published(String eventId, Position at) {
    lock.lock();
    try {
      published.add(new Known(eventId, at));
      histories.forEach(
          (reading, history) -> {
            if (reading.topic.equals(at.topic())) {
              history.published(eventId, at);
            }
          });
    } finally {
      lock.unlock();
    }
  }

  /** A record of a reading is a dead letter, in a topic that is to have it. */
  void deadLettered(Reading reading, String topic) {
    lock.lock();
    try {
      deadLetterTopics.computeIfAbsent(reading, unknown -> new HashSet<>()).add(topic);
    } finally {
      lock.unlock();
    }
  }

  /** What is before this offset is gone. */
  void beginsAt(Position at) {
    lock.lock();
    try {
      beginnings.add(at);
      histories.forEach(
          (reading, history) -> {
            if (reading.topic.equals(at.topic())) {
              history.reset(at.topic(), at.partition(), at.offset());
            }
          });
    } finally {
      lock.unlock();
    }
  }

  /** Why a topic of a group is not judged. */
  void leaveAlone(Reading reading, String why) {
    lock.lock();
    try {
      leftAlone.putIfAbsent(reading, why);
    } finally {
      lock.unlock();
    }
  }

  /** Why no reading of a topic is judged. */
  void leaveTopicAlone(String topic, String why) {
    lock.lock();
    try {
      topicsLeftAlone.putIfAbsent(topic, why);
    } finally {
      lock.unlock();
    }
  }

  /** Why nothing is judged. */
  void leaveAllAlone(String why) {
    lock.lock();
    try {
      if (allLeftAlone == null) {
        allLeftAlone = why;
      }
    } finally {
      lock.unlock();
    }
  }

  private @Nullable String whyLeftAlone(Reading reading) {
    if (allLeftAlone != null) {
      return allLeftAlone;
    }
    String why = leftAlone.get(reading);
    return why != null ? why : topicsLeftAlone.get(reading.topic);
  }

  /** What was not judged, and why. */
  List<String> notJudged() {
    lock.lock();
    try {
      List<String> lines = new ArrayList<>();
      for (Reading reading : histories.keySet()) {
        String why = whyLeftAlone(reading);
        if (why != null) {
          lines.add(reading + " is not judged: " + why);
        }
      }
      return lines;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Judges all that can be.
   *
   * @throws AssertionError with what was broken
   */
  void check(LogReader log) {
    Map<Reading, History> judged = new LinkedHashMap<>();
    lock.lock();
    try {
      histories.forEach(
          (reading, history) -> {
            if (whyLeftAlone(reading) == null) {
              judged.put(reading, history);
            }
          });
    } finally {
      lock.unlock();
    }
    StringBuilder broken = new StringBuilder();
    for (Map.Entry<Reading, History> each : judged.entrySet()) {
      Reading reading = each.getKey();
      log.committed(reading.group, reading.topic)
          .forEach((id, offset) -> each.getValue().committedIs(reading.topic, id, offset));
      for (String topic : deadLetterTopics(reading)) {
        log.ends(topic).forEach((id, end) -> each.getValue().endIs(topic, id, end));
      }
      Verdict verdict = each.getValue().judgeSoFar();
      if (!verdict.violations().isEmpty()) {
        broken.append("%n%s: %s%n".formatted(each.getKey(), verdict));
      }
    }
    if (broken.length() > 0) {
      throw new AssertionError(
          "what events promise was broken in this test, whatever it asserts itself; if it is to be so: @EventsTest(unchecked = \"why\")"
              + broken);
    }
  }

  private Set<String> deadLetterTopics(Reading reading) {
    lock.lock();
    try {
      return Set.copyOf(deadLetterTopics.getOrDefault(reading, Set.of()));
    } finally {
      lock.unlock();
    }
  }

  /** The groups and topics that are judged. */
  Set<Reading> judged() {
    lock.lock();
    try {
      return Set.copyOf(
          histories.keySet().stream().filter(each -> whyLeftAlone(each) == null).toList());
    } finally {
      lock.unlock();
    }
  }
}
