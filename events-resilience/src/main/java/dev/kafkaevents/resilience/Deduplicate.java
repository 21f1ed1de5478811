package dev.kafkaevents.resilience;

import dev.kafkaevents.Delivery;
import dev.kafkaevents.Headers;
import dev.kafkaevents.Settlement;
import dev.kafkaevents.spi.DeliveryInterceptor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Leaves out events that the group has handled before: those with the same source and id, wherever
 * they are stored. Settles them as skipped for {@code duplicate}.
 *
 * <p>What was handled is remembered after its handler has returned, so a crash in between delivers
 * it again, and so does a repeat that comes later than the store remembers. It makes repeats rare,
 * and not impossible: a handler that must not do a thing twice has to keep the id together with
 * what it does. Dead letters are not remembered, so that they can be replayed.
 *
 * <p>Records without {@code ce_id} and {@code ce_source} headers pass, and so do those where they
 * are longer than 256 characters together.
 */
public final class Deduplicate implements DeliveryInterceptor {
  private static final int MOST_CHARS = 256;

  private final Store store;

  private Deduplicate(Store store) {
    this.store = store;
  }

  /**
   * Where it is kept what was handled. Used by many threads at once, and may block: on a handler's
   * thread. What it throws is a failure of the delivery.
   *
   * <p>An event is to be remembered for longer than a repeat of it may take to come: at least for
   * as long as a crash, a rebalance and a publisher's retry take together.
   */
  public interface Store {
    /** Whether {@code group} has handled {@code event}. */
    boolean contains(String group, String event);

    /** Remembers that {@code group} has handled {@code event}. */
    void add(String group, String event);
  }

  /** Remembers the last {@code events} of all groups together, until the process ends. */
  public static Deduplicate remembering(int events) {
    if (events < 1) {
      throw new IllegalArgumentException("events is " + events + ", must be at least 1");
    }
    return with(new InMemory(events));
  }

  /** Remembers in {@code store}. */
  public static Deduplicate with(Store store) {
    return new Deduplicate(store);
  }

  @Override
  public Settlement intercept(Delivery<?> delivery, Chain chain) throws Exception {
    String event = identity(delivery.message().headers());
    if (event == null) {
      return chain.proceed(delivery);
    }
    if (store.contains(delivery.group(), event)) {
      return Settlement.skipped("duplicate");
    }
    Settlement settlement = chain.proceed(delivery);
    if (settlement instanceof Settlement.Handled) {
      store.add(delivery.group(), event);
    }
    return settlement;
  }

  /** The length tells where the one ends and the other begins. */
  private static @Nullable String identity(Headers headers) {
    String id = headers.text("ce_id");
    String source = headers.text("ce_source");
    return id == null || source == null || id.length() + source.length() > MOST_CHARS
        ? null
        : source.length() + ":" + source + id;
  }

  /** Those added last. */
  private static final class InMemory implements Store {
    private record Handled(String group, String event) {}

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Handled, Boolean> handled;

    InMemory(int most) {
      this.handled =
          new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<Handled, Boolean> eldest) {
              return size() > most;
            }
          };
    }

    @Override
    public boolean contains(String group, String event) {
      lock.lock();
      try {
        return handled.containsKey(new Handled(group, event));
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void add(String group, String event) {
      lock.lock();
      try {
        handled.put(new Handled(group, event), true);
      } finally {
        lock.unlock();
      }
    }
  }
}
