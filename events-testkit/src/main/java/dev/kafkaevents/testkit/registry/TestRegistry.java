package dev.kafkaevents.testkit.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * A schema registry in this process, over real HTTP. It answers as Confluent's does, compatibility
 * enforced, so that any client can use it; and it can misbehave.
 *
 * <pre>{@code
 * try (TestRegistry registry = TestRegistry.start()) {
 *   Schemas schemas = SchemaRegistry.builder(registry.url()).build();
 *   …
 * }
 * }</pre>
 *
 * <p>It knows Avro, references, contexts, rules as a thing to hand out, and no authorization but
 * the one that is asked for. Safe for use by many threads.
 */
public final class TestRegistry implements AutoCloseable {
  private static final String CONTENT_TYPE = "application/vnd.schemaregistry.v1+json";

  private final HttpServer server;
  private final ExecutorService threads;
  private final RegistryRoutes routes = new RegistryRoutes();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final Queue<Canned> canned = new ConcurrentLinkedQueue<>();
  private volatile @Nullable CountDownLatch hanging;
  private volatile @Nullable String authorization;
  private volatile String path = "";

  private record Canned(int status, String body) {}

  private TestRegistry(HttpServer server) {
    this.server = server;
    this.threads =
        Executors.newCachedThreadPool(
            task -> {
              Thread thread = new Thread(task, "test-registry");
              thread.setDaemon(true);
              return thread;
            });
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  /** An empty registry on a free port of the loopback address. */
  public static TestRegistry start() {
    try {
      return new TestRegistry(HttpServer.create(loopback(), 0));
    } catch (IOException e) {
      throw new UncheckedIOException("no server for a test registry", e);
    }
  }

  /** An empty registry over HTTPS. */
  public static TestRegistry start(SSLContext tls) {
    return start(tls, false);
  }

  /** An empty registry over HTTPS, for clients whose certificate {@code tls} trusts. */
  public static TestRegistry startForKnownClients(SSLContext tls) {
    return start(tls, true);
  }

  private static TestRegistry start(SSLContext tls, boolean knownClients) {
    try {
      HttpsServer server = HttpsServer.create(loopback(), 0);
      server.setHttpsConfigurator(
          new HttpsConfigurator(tls) {
            @Override
            public void configure(HttpsParameters parameters) {
              SSLParameters ssl = tls.getDefaultSSLParameters();
              ssl.setNeedClientAuth(knownClients);
              parameters.setSSLParameters(ssl);
            }
          });
      return new TestRegistry(server);
    } catch (IOException e) {
      throw new UncheckedIOException("no server for a test registry", e);
    }
  }

  private static InetSocketAddress loopback() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  /** Where it is, without a slash at the end. */
  public String url() {
    String scheme = server instanceof HttpsServer ? "https" : "http";
    return "%s://localhost:%d%s".formatted(scheme, server.getAddress().getPort(), path);
  }

  /** Moves it below {@code path}, such as {@code /apis/ccompat/v7}; elsewhere is nothing. */
  public TestRegistry below(String path) {
    this.path = path;
    return this;
  }

  /** Answers 401 to whatever comes without exactly this {@code Authorization}. */
  public TestRegistry requireAuthorization(String value) {
    this.authorization = value;
    return this;
  }

  /** Gives this answer to the next request that is not answered like that already. */
  public void answerNext(int status, String body) {
    canned.add(new Canned(status, body));
  }

  /** Takes requests and answers none, until {@link #resume}. */
  public void hang() {
    hanging = new CountDownLatch(1);
  }

  /** Answers again, also to those that hang. */
  public void resume() {
    CountDownLatch latch = hanging;
    hanging = null;
    if (latch != null) {
      latch.countDown();
    }
  }

  /** What was asked so far: methods and paths with queries, as {@code GET /schemas/ids/1}. */
  public List<String> requests() {
    return List.copyOf(requests);
  }

  /** Ends at once; who waits for an answer gets none. */
  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
    resume();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      String rawPath = exchange.getRequestURI().getRawPath();
      String query = exchange.getRequestURI().getRawQuery();
      requests.add(
          exchange.getRequestMethod() + " " + rawPath + (query == null ? "" : "?" + query));
      CountDownLatch latch = hanging;
      if (latch != null) {
        latch.await();
      }
      Canned instead = canned.poll();
      if (instead != null) {
        send(exchange, instead.status(), instead.body());
      } else {
        answer(exchange, rawPath, query == null ? "" : query, body);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void answer(HttpExchange exchange, String rawPath, String query, byte[] body)
      throws IOException {
    String needed = authorization;
    if (needed != null && !needed.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
      send(exchange, 401, RegistryRoutes.error(401, "Unauthorized"));
      return;
    }
    if (!rawPath.startsWith(path)) {
      send(exchange, 404, "<html>not here</html>");
      return;
    }
    try {
      send(
          exchange,
          200,
          routes.answer(
              exchange.getRequestMethod(), rawPath.substring(path.length()), query, body));
    } catch (RegistryError e) {
      send(exchange, e.status(), RegistryRoutes.error(e.code(), String.valueOf(e.getMessage())));
    }
  }

  private static void send(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(UTF_8);
    exchange.getResponseHeaders().set("Content-Type", CONTENT_TYPE);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
  }
}
