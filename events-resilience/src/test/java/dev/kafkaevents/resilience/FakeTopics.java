package dev.kafkaevents.resilience;

import dev.kafkaevents.TopicFacts;
import dev.kafkaevents.Topics;
import dev.kafkaevents.UnavailableException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Topics as a test says they are. */
final class FakeTopics implements Topics {
  final List<String> asked = new ArrayList<>();
  private final Map<String, TopicFacts> topics = new HashMap<>();
  private boolean isDown;

  FakeTopics with(String name, String... settings) {
    return with(name, new TopicFacts(3, true, usual(settings)));
  }

  FakeTopics with(String name, TopicFacts facts) {
    topics.put(name, facts);
    return this;
  }

  FakeTopics down() {
    isDown = true;
    return this;
  }

  /** Kafka's defaults, and over them {@code settings} as names and values in turn. */
  static Map<String, String> usual(String... settings) {
    Map<String, String> all =
        new HashMap<>(
            Map.of(
                "max.message.bytes", "1048588",
                "retention.ms", "604800000",
                "cleanup.policy", "delete",
                "message.timestamp.type", "CreateTime"));
    for (int i = 0; i < settings.length; i += 2) {
      all.put(settings[i], settings[i + 1]);
    }
    return all;
  }

  @Override
  public @Nullable TopicFacts find(String topic) {
    asked.add(topic);
    if (isDown) {
      throw new UnavailableException("the cluster says nothing");
    }
    return topics.get(topic);
  }

  @Override
  public void create(String topic, int partitions, Map<String, String> settings) {
    Map<String, String> all = usual();
    all.putAll(settings);
    topics.put(topic, new TopicFacts(partitions, true, all));
  }
}
