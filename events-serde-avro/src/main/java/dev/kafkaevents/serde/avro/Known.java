package dev.kafkaevents.serde.avro;

import dev.kafkaevents.SerdeException;
import dev.kafkaevents.UnavailableException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Remembers what the registry has said: a yes for good, a no for some seconds. While one thread
 * asks, others that want the same wait for its answer. Thread-safe, and no lock is held while
 * anybody waits.
 */
final class Known {
  private static final long NO_HOLDS = TimeUnit.SECONDS.toNanos(5);

  /** No service has so many; a topic full of made-up ids would fill the memory. */
  private static final int MOST = 10_000;

  private final Duration patience;
  private final LongSupplier nanos;
  private final Map<String, RegisteredSchema> yes = new ConcurrentHashMap<>();
  private final Map<String, No> no = new ConcurrentHashMap<>();
  private final Map<String, CompletableFuture<RegisteredSchema>> asked = new ConcurrentHashMap<>();

  private record No(String message, long until) {}

  Known(Duration patience, LongSupplier nanos) {
    this.patience = patience;
    this.nanos = nanos;
  }

  /** What is known under {@code key}, or what {@code question} answers. */
  RegisteredSchema get(String key, Supplier<RegisteredSchema> question) {
    RegisteredSchema schema = yes.get(key);
    return schema != null ? schema : ask(key, question, true);
  }

  /** As {@link #get}, but a yes is not kept. */
  RegisteredSchema once(String key, Supplier<RegisteredSchema> question) {
    return ask(key, question, false);
  }

  /** Keeps what was answered to another question. */
  void keep(String key, RegisteredSchema schema) {
    bounded(yes).put(key, schema);
    no.remove(key);
  }

  private RegisteredSchema ask(String key, Supplier<RegisteredSchema> question, boolean keep) {
    while (true) {
      throwIfNo(key);
      CompletableFuture<RegisteredSchema> mine = new CompletableFuture<>();
      CompletableFuture<RegisteredSchema> others = asked.putIfAbsent(key, mine);
      RegisteredSchema answer = others == null ? lead(key, question, keep, mine) : follow(others);
      if (answer != null) {
        return answer;
      }
    }
  }

  private void throwIfNo(String key) {
    No known = no.get(key);
    if (known != null) {
      if (nanos.getAsLong() - known.until() < 0) {
        throw new SerdeException(known.message());
      }
      no.remove(key, known);
    }
  }

  private RegisteredSchema lead(
      String key,
      Supplier<RegisteredSchema> question,
      boolean keep,
      CompletableFuture<RegisteredSchema> mine) {
    try {
      RegisteredSchema schema = yes.get(key); // another may have led until just now
      if (schema == null) {
        schema = question.get();
        if (keep) {
          bounded(yes).put(key, schema);
        }
      }
      mine.complete(schema);
      return schema;
    } catch (SerdeException e) {
      bounded(no).put(key, new No(String.valueOf(e.getMessage()), nanos.getAsLong() + NO_HOLDS));
      mine.completeExceptionally(e);
      throw e;
    } catch (RuntimeException | Error e) {
      mine.completeExceptionally(e);
      throw e;
    } finally {
      asked.remove(key, mine);
    }
  }

  private static <V> Map<String, V> bounded(Map<String, V> map) {
    if (map.size() >= MOST) {
      map.clear();
    }
    return map;
  }

  /** Null: whoever asked was interrupted, which is no answer for others. */
  private @Nullable RegisteredSchema follow(CompletableFuture<RegisteredSchema> others) {
    try {
      return others.get(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UnavailableException("interrupted while waiting for the schema registry", e);
    } catch (TimeoutException e) {
      throw new UnavailableException(
          "the schema registry has not answered another thread within " + patience, e);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      if (cause instanceof SerdeException) {
        throw new SerdeException(String.valueOf(cause.getMessage()), cause);
      }
      if (cause instanceof UnavailableException
          && cause.getCause() instanceof InterruptedException) {
        return null;
      }
      throw new UnavailableException(
          cause == null ? "the schema registry was not asked" : String.valueOf(cause.getMessage()),
          cause);
    }
  }
}
