package dev.kafkaevents.testkit.memory;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How many partitions topics have, as far as a client knows: it asks for topics it does not know,
 * and again for all when what it knows is old. Guarded by the broker's lock.
 */
final class KnownTopics {
  private final Broker broker;
  private final long maxAgeNanos;
  private final Map<String, Integer> counts = new HashMap<>();
  private long refreshed;

  KnownTopics(Broker broker, long maxAgeNanos) {
    this.broker = broker;
    this.maxAgeNanos = maxAgeNanos;
    this.refreshed = broker.atomically(broker.time::nanos);
  }

  /** The number of partitions, or null if there is no such topic. */
  @Nullable Integer count(String topic) {
    refreshIfOld();
    Integer known = counts.get(topic);
    if (known == null) {
      StoredTopic stored = broker.find(topic);
      if (stored == null) {
        return null;
      }
      known = stored.logs.size();
      counts.put(topic, known);
    }
    return known;
  }

  /** The same, asking again in any case. */
  @Nullable Integer countNow(String topic) {
    counts.remove(topic);
    return count(topic);
  }

  Map<String, Integer> counts(Set<String> topics) {
    Map<String, Integer> known = new LinkedHashMap<>();
    for (String topic : topics) {
      Integer count = count(topic);
      if (count != null) {
        known.put(topic, count);
      }
    }
    return known;
  }

  private void refreshIfOld() {
    long now = broker.time.nanos();
    if (now - refreshed >= maxAgeNanos) {
      refreshed = now;
      counts.clear();
    }
  }

  /** Whether it is time to look for topics that match a pattern. */
  long refreshed() {
    refreshIfOld();
    return refreshed;
  }

  /** When it asks again; later than now, also where nobody looks, such as at a group's follower. */
  long nextRefresh() {
    refreshIfOld();
    return refreshed + maxAgeNanos;
  }
}
