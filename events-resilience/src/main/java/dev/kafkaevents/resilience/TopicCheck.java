package dev.kafkaevents.resilience;

import dev.kafkaevents.EventsException;
import dev.kafkaevents.TopicFacts;
import dev.kafkaevents.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks whether a topic can keep what another has, or makes it. What was seen may change later, so
 * this spares no handling of failures; it finds at the start what would be found in the night.
 */
final class TopicCheck {
  private static final Logger LOG = LoggerFactory.getLogger(TopicCheck.class);

  private static final String MAX_BYTES = "max.message.bytes";
  private static final String RETENTION = "retention.ms";
  private static final String CLEANUP = "cleanup.policy";
  private static final String TIMESTAMPS = "message.timestamp.type";

  /** A topic of Kafka's own defaults. */
  private static final int USUAL_MAX_BYTES = 1_048_588;

  /** What the topic is for, such as "dead-letter topic". */
  private final String what;

  private final String source;
  private final Topics sources;
  private final String target;
  private final Topics targets;

  TopicCheck(String what, String source, Topics sources, String target, Topics targets) {
    this.what = what;
    this.source = source;
    this.sources = sources;
    this.target = target;
    this.targets = targets;
  }

  /**
   * For what keeps the time of its record.
   *
   * @throws EventsException with what came, what is allowed and the way out
   */
  void run(boolean creating) {
    TopicFacts from = sources.find(source);
    if (creating && targets.find(target) == null) {
      create(from);
    }
    TopicFacts to = usable(from, ", or let it be created with creatingTopics()");
    if (from != null && !from.settings().isEmpty() && !to.settings().isEmpty()) {
      checkRetention(from, to);
    }
  }

  /**
   * For what is of the present, and has to be there for a while.
   *
   * @throws EventsException with what came, what is allowed and the way out
   */
  void keepingFor(Duration longest) {
    TopicFacts to = usable(sources.find(source), "");
    long kept = number(to, RETENTION, -1);
    if (kept >= 0 && kept < 2 * longest.toMillis()) {
      throw refusal(
          "has retention.ms=%d, and a record waits there for up to %s".formatted(kept, longest),
          "set it to %d at least, which leaves as much again to be handled in"
              .formatted(2 * longest.toMillis()));
    }
  }

  private TopicFacts usable(@Nullable TopicFacts from, String other) {
    TopicFacts to = targets.find(target);
    if (to == null) {
      throw refusal("is not there", "create it" + other);
    }
    if (!to.isWritable()) {
      throw refusal("may not be written by this application", "allow WRITE on it");
    }
    if (to.settings().isEmpty()) {
      LOG.atWarn()
          .addKeyValue("event", "topic_limits_unknown")
          .addKeyValue("target", target)
          .log(
              "the limits of {} {} may not be seen, so they are not checked; allow DESCRIBE_CONFIGS on"
                  + " it",
              what,
              target);
      return to;
    }
    checkCompaction(to);
    if (from != null && !from.settings().isEmpty()) {
      checkSize(from, to);
    }
    return to;
  }

  private void create(@Nullable TopicFacts from) {
    Map<String, String> settings = new HashMap<>();
    int partitions = 1;
    if (from != null) {
      partitions = from.partitions();
      for (String name : new String[] {MAX_BYTES, RETENTION}) {
        String value = from.settings().get(name);
        if (value != null) {
          settings.put(name, value);
        }
      }
    }
    settings.put(CLEANUP, "delete");
    targets.create(target, partitions, settings);
    LOG.atInfo()
        .addKeyValue("event", "topic_created")
        .addKeyValue("target", target)
        .log("{} {} is created with {} partitions and {}", what, target, partitions, settings);
  }

  private void checkCompaction(TopicFacts to) {
    String policy = to.settings().getOrDefault(CLEANUP, "delete");
    if (policy.contains("compact")) {
      throw refusal(
          "has cleanup.policy=" + policy + ", which keeps the last record of each key only",
          "set it to delete");
    }
  }

  private void checkSize(TopicFacts from, TopicFacts to) {
    long ofSource = number(from, MAX_BYTES, USUAL_MAX_BYTES);
    long ofTarget = number(to, MAX_BYTES, USUAL_MAX_BYTES);
    if (ofTarget < ofSource) {
      throw refusal(
          "takes records of at most %d bytes, and topic %s has them of up to %d"
              .formatted(ofTarget, source, ofSource),
          "set its max.message.bytes to %d at least".formatted(ofSource));
    }
  }

  /** What keeps its timestamp is as old as the record it was, and so may be deleted at once. */
  private void checkRetention(TopicFacts from, TopicFacts to) {
    long ofSource = number(from, RETENTION, -1);
    long ofTarget = number(to, RETENTION, -1);
    if ("LogAppendTime".equals(to.settings().get(TIMESTAMPS)) || ofTarget < 0) {
      return;
    }
    if (ofSource < 0 || ofTarget < ofSource) {
      throw refusal(
          "has retention.ms=%d, less than the %d of topic %s, and what is kept has the time of its record"
              .formatted(ofTarget, ofSource, source),
          "set it to as much at least (-1: without end), or message.timestamp.type to LogAppendTime");
    }
  }

  private static long number(TopicFacts facts, String name, long otherwise) {
    String value = facts.settings().get(name);
    try {
      return value == null ? otherwise : Long.parseLong(value);
    } catch (NumberFormatException notOne) {
      return otherwise;
    }
  }

  private EventsException refusal(String problem, String wayOut) {
    return new EventsException(
        "%s %s of topic %s %s; %s".formatted(what, target, source, problem, wayOut));
  }
}
