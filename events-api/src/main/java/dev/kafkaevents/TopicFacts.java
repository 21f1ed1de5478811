package dev.kafkaevents;

import java.util.Map;

/**
 * A topic as its cluster describes it.
 *
 * @param partitions how many it has
 * @param isWritable whether the one who asked may write to it; true also where that is not known
 * @param settings by the names Kafka has for them, such as {@code max.message.bytes}, defaults
 *     included; empty if the one who asked may not see them
 */
public record TopicFacts(int partitions, boolean isWritable, Map<String, String> settings) {
  /** Copies the settings. */
  public TopicFacts {
    settings = Map.copyOf(settings);
  }
}
