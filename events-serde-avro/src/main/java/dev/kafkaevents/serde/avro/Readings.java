package dev.kafkaevents.serde.avro;

import java.util.Arrays;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * How the payloads of one class are read, for each schema met so far. Thread-safe: an immutable
 * table is replaced by a larger one; what two threads add at once may be found by asking again.
 */
final class Readings {
  /** Nobody's topic has so many; a registry that made them up would fill the memory. */
  private static final int MOST = 1_000;

  private final Class<?> type;
  private final Binding binding;
  private final Map<UUID, Reading> byGuid = new ConcurrentHashMap<>();
  private volatile Table byId = new Table(new int[0], new Reading[0]);

  private record Table(int[] ids, Reading[] readings) {
    @Nullable Reading get(int id) {
      int at = Arrays.binarySearch(ids, id);
      return at < 0 ? null : readings[at];
    }

    Table with(int id, Reading reading) {
      int at = -1 - Arrays.binarySearch(ids, id);
      if (at < 0) {
        return this;
      }
      int[] moreIds = Arrays.copyOf(ids, ids.length + 1);
      Reading[] more = Arrays.copyOf(readings, readings.length + 1);
      System.arraycopy(ids, at, moreIds, at + 1, ids.length - at);
      System.arraycopy(readings, at, more, at + 1, ids.length - at);
      moreIds[at] = id;
      more[at] = reading;
      return new Table(moreIds, more);
    }
  }

  Readings(Class<?> type) {
    this.type = type;
    this.binding = Binding.of(type);
  }

  Reading of(byte[] naming, Schemas schemas) {
    return WireFormat.isId(naming)
        ? byId(WireFormat.id(naming), schemas)
        : byGuid(WireFormat.guid(naming), schemas);
  }

  private Reading byId(int id, Schemas schemas) {
    Reading known = byId.get(id);
    if (known != null) {
      return known;
    }
    Reading found = new Reading(type, binding, schemas.byId(id));
    Table table = byId;
    byId =
        (table.ids().length < MOST ? table : new Table(new int[0], new Reading[0])).with(id, found);
    return found;
  }

  private Reading byGuid(UUID guid, Schemas schemas) {
    Reading known = byGuid.get(guid);
    if (known != null) {
      return known;
    }
    Reading found = new Reading(type, binding, schemas.byGuid(guid));
    if (byGuid.size() >= MOST) {
      byGuid.clear();
    }
    byGuid.put(guid, found);
    return found;
  }
}
