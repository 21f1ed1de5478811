package dev.kafkaevents.contracts;

import dev.kafkaevents.Delivery;
import dev.kafkaevents.Position;
import dev.kafkaevents.Settlement;
import dev.kafkaevents.spi.EventsProbe;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** What became of the records of one topic in one consumer. Safe for use by many threads. */
final class Outcome implements EventsProbe {
  /** How a delivery ended, and by what. */
  record End(Ending ending, @Nullable Throwable cause) {}

  private final Contract contract;
  private final Map<Position, End> ends = new ConcurrentHashMap<>();

  /** The highest committed offset, by partition. */
  private final Map<Integer, Long> committed = new ConcurrentHashMap<>();

  Outcome(Contract contract) {
    this.contract = contract;
  }

  private boolean isOfContract(String topic) {
    return topic.equals(contract.topic());
  }

  @Override
  public void settled(Delivery<?> delivery, Settlement settlement) {
    if (isOfContract(delivery.topic().name())) {
      End end;
      if (settlement instanceof Settlement.DeadLettered dead) {
        end = new End(Ending.DEAD_LETTERED, dead.cause());
      } else if (settlement instanceof Settlement.Skipped) {
        end = new End(Ending.SKIPPED, null);
      } else {
        end = new End(Ending.HANDLED, null);
      }
      ends.put(delivery.position(), end);
    }
  }

  @Override
  public void failed(Delivery<?> delivery, Throwable failure) {
    if (isOfContract(delivery.topic().name())) {
      ends.put(delivery.position(), new End(Ending.STOPPED, failure));
    }
  }

  @Override
  public void committed(String group, String topic, int partition, long offset) {
    if (isOfContract(topic)) {
      committed.merge(partition, offset, Math::max);
    }
  }

  /** Of a record; null if nothing became of it. */
  @Nullable End of(Position position) {
    return ends.get(position);
  }

  boolean isCommitted(Position position) {
    return committed.getOrDefault(position.partition(), 0L) > position.offset();
  }
}
