package dev.kafkaevents.testkit.memory;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;

/**
 * A consumer's part in its group: joins, gives partitions up and takes them over, in steps that
 * each poll makes, so that every listener is called on the polling thread. Confined to the
 * consumer's thread; what the group knows is under the broker's lock.
 */
abstract class Rebalances {
  final Broker broker;
  final ConsumerSettings settings;
  final Positions positions;
  final KnownTopics known;
  final Group group;

  /** Commits what was returned, if that is to be done without being asked. */
  private final Runnable autoCommit;

  private @Nullable ConsumerRebalanceListener listener;
  private Set<String> topics = Set.of();
  private @Nullable Pattern pattern;
  private long matched = Long.MIN_VALUE;

  Rebalances(
      Broker broker,
      ConsumerSettings settings,
      Positions positions,
      KnownTopics known,
      String group,
      Runnable autoCommit) {
    this.broker = broker;
    this.settings = settings;
    this.positions = positions;
    this.known = known;
    this.group = broker.atomically(() -> broker.group(group));
    this.autoCommit = autoCommit;
  }

  // The subscription.

  void subscribe(Collection<String> wanted, @Nullable ConsumerRebalanceListener told) {
    topics = new LinkedHashSet<>(wanted);
    pattern = null;
    listener = told;
  }

  void subscribe(Pattern wanted, @Nullable ConsumerRebalanceListener told) {
    topics = Set.of();
    pattern = wanted;
    matched = Long.MIN_VALUE;
    listener = told;
  }

  boolean isSubscribed() {
    return pattern != null || !topics.isEmpty();
  }

  /** By name, or those that match at present. */
  Set<String> topics() {
    Pattern matching = pattern;
    if (matching != null) {
      broker.atomically(
          () -> {
            long refreshed = known.refreshed();
            if (refreshed != matched) {
              matched = refreshed;
              Set<String> found = new LinkedHashSet<>();
              for (String topic : broker.topics().keySet()) {
                if (matching.matcher(topic).matches()) {
                  found.add(topic);
                }
              }
              topics = found;
            }
          });
    }
    return topics;
  }

  // What a poll does.

  /** Goes on as far as is possible now. Not under the lock. */
  abstract void step();

  abstract @Nullable Member member();

  /** Whom a commit is of. Under the lock. */
  abstract Group.Committer committer();

  /** Leaves the group, or only falls silent. */
  abstract void leave(boolean tellGroup);

  /** Joins once more, as somebody asked. */
  abstract void rejoin();

  void polls() {
    broker.atomically(
        () -> {
          Member member = member();
          if (member != null) {
            member.polls();
          }
        });
  }

  void polled() {
    broker.atomically(
        () -> {
          Member member = member();
          if (member != null) {
            member.polled(broker.time.nanos());
          }
        });
  }

  void autoCommit() {
    autoCommit.run();
  }

  /** All are taken away, as the consumer leaves. */
  final void leave(boolean tellGroup, boolean orderly) {
    Set<TopicPartition> ids = positions.ids();
    RuntimeException failure = null;
    if (!ids.isEmpty()) {
      boolean mine =
          broker.atomically(
              () -> {
                Member member = member();
                Members members = group.protocol();
                return member != null && members != null && members.has(member.id);
              });
      try {
        if (mine && orderly) {
          revoked(ids);
        } else {
          lost(ids);
        }
      } catch (RuntimeException e) {
        failure = e;
      }
      positions.remove(ids);
    }
    leave(tellGroup);
    if (failure != null) {
      throw failure;
    }
  }

  // The listener, on the polling thread and not under the lock.

  void assigned(Collection<TopicPartition> ids) {
    tell(told -> told.onPartitionsAssigned(List.copyOf(ids)));
  }

  void revoked(Collection<TopicPartition> ids) {
    tell(told -> told.onPartitionsRevoked(List.copyOf(ids)));
  }

  void lost(Collection<TopicPartition> ids) {
    tell(told -> told.onPartitionsLost(List.copyOf(ids)));
  }

  private interface Telling {
    void tell(ConsumerRebalanceListener listener);
  }

  private void tell(Telling telling) {
    if (listener == null) {
      return;
    }
    try {
      telling.tell(listener);
    } catch (WakeupException | InterruptException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new KafkaException("User rebalance callback throws an error", e);
    }
  }

  String newMemberId() {
    return broker.atomically(
        () -> {
          Uuid uuid = new Uuid(broker.random.nextLong(), broker.random.nextLong());
          String client = broker.time.isReplayed() ? "member" : settings.clientId;
          return Objects.requireNonNullElse(settings.instance, client) + "-" + uuid;
        });
  }

  @SuppressWarnings("removal") // there is no other way to make one
  ConsumerGroupMetadata metadata() {
    return broker.atomically(
        () -> {
          Member member = member();
          return new ConsumerGroupMetadata(
              group.id,
              member == null ? -1 : member.generation,
              member == null ? "" : member.id,
              java.util.Optional.ofNullable(settings.instance));
        });
  }
}
