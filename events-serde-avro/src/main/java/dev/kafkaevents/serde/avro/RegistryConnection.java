package dev.kafkaevents.serde.avro;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kafkaevents.UnavailableException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Gets one answer from whichever URL gives it: the next URL at once if one fails, a pause only
 * after all have. An answer is what has a meaning for the caller; what says that the server is busy
 * or broken is none. Thread-safe.
 */
final class RegistryConnection {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final long FIRST_PAUSE = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long LONGEST_PAUSE = TimeUnit.SECONDS.toNanos(1);

  /** How often all URLs have to say that there is no such schema: it may not be there yet. */
  private static final int ROUNDS_UNTIL_ABSENT = 3;

  private final List<URI> urls;
  private final HttpClient client;
  private final Map<String, String> headers;
  private final @Nullable Supplier<String> authorization;
  private final Duration requestTimeout;
  private final Duration deadline;
  private final LongSupplier nanos;

  /** The URL that has answered last. */
  private volatile int preferred;

  /**
   * What a server said.
   *
   * @param body null if it is not JSON
   */
  record Answer(int status, @Nullable JsonNode body, URI from) {
    /** The code in the body of an error; 0 if there is none. */
    int errorCode() {
      return body == null ? 0 : body.path("error_code").asInt(0);
    }

    /** Whether a registry says that there is no such thing, and not a server no such page. */
    boolean isAbsent() {
      return status == 404 && errorCode() / 100 == 404;
    }
  }

  RegistryConnection(SchemaRegistry.Builder settings) {
    this.urls = List.copyOf(settings.urls);
    this.headers = Map.copyOf(settings.headers);
    this.authorization = settings.authorization;
    this.requestTimeout = settings.requestTimeout;
    this.deadline = settings.deadline;
    this.nanos = settings.nanos;
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(settings.connectTimeout);
    if (settings.sslContext != null) {
      builder.sslContext(settings.sslContext);
    }
    builder.proxy(settings.proxy != null ? settings.proxy : HttpClient.Builder.NO_PROXY);
    this.client = builder.build();
  }

  Answer get(String path) {
    return ask(path, null, false);
  }

  /** For what may exist although a server that lags behind does not know it yet. */
  Answer getWhatMayLag(String path) {
    return ask(path, null, true);
  }

  Answer post(String path, JsonNode body) {
    return ask(path, body.toString(), false);
  }

  private Answer ask(String path, @Nullable String body, boolean mayLag) {
    long end = nanos.getAsLong() + deadline.toNanos();
    Map<URI, String> failures = new LinkedHashMap<>();
    long pause = FIRST_PAUSE;
    for (int round = 1; ; round++) {
      Answer absent = null;
      boolean hopeless = true;
      int first = preferred;
      for (int i = 0; i < urls.size(); i++) {
        int index = (first + i) % urls.size();
        URI url = urls.get(index);
        long left = end - nanos.getAsLong();
        if (left <= 0) {
          throw unavailable(failures, null);
        }
        Attempt attempt = attempt(url, path, body, Math.min(left, requestTimeout.toNanos()));
        Answer answer = attempt.answer();
        if (answer == null) {
          if (left < requestTimeout.toNanos()) {
            failures.putIfAbsent(url, attempt.failure()); // an attempt cut short tells less
          } else {
            failures.put(url, attempt.failure());
          }
          hopeless &= attempt.hopeless();
        } else if (mayLag && answer.isAbsent()) {
          absent = answer;
        } else {
          preferred = index;
          return answer;
        }
      }
      if (absent != null && round >= ROUNDS_UNTIL_ABSENT) {
        return absent;
      }
      if (absent == null && hopeless) {
        throw unavailable(failures, null);
      }
      pause(Math.min(pause, end - nanos.getAsLong()), failures);
      pause = Math.min(2 * pause, LONGEST_PAUSE);
    }
  }

  /**
   * @param hopeless whether to try again at once is of no use: credentials, certificates
   */
  private record Attempt(@Nullable Answer answer, String failure, boolean hopeless) {
    static Attempt failed(String failure) {
      return new Attempt(null, failure, false);
    }

    static Attempt refused(String failure) {
      return new Attempt(null, failure, true);
    }
  }

  private Attempt attempt(URI url, String path, @Nullable String body, long timeout) {
    CompletableFuture<HttpResponse<byte[]>> future = null;
    try {
      future = client.sendAsync(request(url, path, body, timeout), BoundedBody::new);
      HttpResponse<byte[]> response = future.get(timeout, TimeUnit.NANOSECONDS);
      return judged(url, response.statusCode(), response.body());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unavailable(Map.of(url, "interrupted"), e);
    } catch (TimeoutException e) {
      return Attempt.failed("no answer within " + Duration.ofNanos(timeout).toMillis() + " ms");
    } catch (ExecutionException e) {
      return failed(e.getCause());
    } finally {
      if (future != null) {
        future.cancel(true);
      }
    }
  }

  private static Attempt failed(@Nullable Throwable cause) {
    if (cause instanceof HttpConnectTimeoutException) {
      return Attempt.failed("no connection in time");
    }
    if (cause instanceof SSLException) {
      return Attempt.refused("TLS: " + cause.getMessage());
    }
    return Attempt.failed(cause == null ? "failed" : cause.getClass().getSimpleName());
  }

  private static Attempt judged(URI url, int status, byte[] bytes) {
    JsonNode body = json(bytes);
    if (status == 401 || status == 403 || status == 407) {
      return Attempt.refused("answered " + status + ": the credentials are not accepted");
    }
    if (status == 408 || status == 429 || status >= 500) {
      return Attempt.failed("answered " + status);
    }
    if (status < 300 && body == null) {
      return Attempt.refused("answered " + status + " with what is not JSON; check the URL");
    }
    return new Attempt(new Answer(status, body, url), "", false);
  }

  private static @Nullable JsonNode json(byte[] bytes) {
    try {
      JsonNode node = MAPPER.readTree(bytes);
      return node.isMissingNode() ? null : node;
    } catch (IOException e) {
      return null;
    }
  }

  private HttpRequest request(URI url, String path, @Nullable String body, long timeout) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url + path))
            .timeout(Duration.ofNanos(timeout))
            .header("Accept", "application/vnd.schemaregistry.v1+json, application/json")
            .header("Confluent-Accept-Unknown-Properties", "true");
    headers.forEach(request::header);
    if (authorization != null) {
      request.header("Authorization", authorized(url));
    }
    if (body != null) {
      request
          .header("Content-Type", "application/vnd.schemaregistry.v1+json")
          .POST(HttpRequest.BodyPublishers.ofString(body));
    }
    return request.build();
  }

  private String authorized(URI url) {
    try {
      return authorization == null ? "" : authorization.get();
    } catch (RuntimeException e) {
      throw unavailable(Map.of(url, "there is no authorization: " + e.getClass().getName()), e);
    }
  }

  private void pause(long most, Map<URI, String> failures) {
    if (most > 0) {
      LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(most / 2, most + 1));
    }
    if (Thread.currentThread().isInterrupted()) {
      throw unavailable(failures, new InterruptedException());
    }
  }

  private UnavailableException unavailable(Map<URI, String> failures, @Nullable Exception cause) {
    return new UnavailableException(
        "the schema registry does not answer; within %s: %s".formatted(deadline, failures), cause);
  }
}
