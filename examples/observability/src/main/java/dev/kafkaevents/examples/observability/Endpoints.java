package dev.kafkaevents.examples.observability;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** {@code /metrics}, {@code /health/live} and {@code /health/ready}, on the server of the JDK. */
final class Endpoints implements AutoCloseable {
  private final HttpServer server;

  private Endpoints(HttpServer server) {
    this.server = server;
  }

  /** On the loopback address; port 0 takes one that is free. */
  static Endpoints start(int port, Health health, PrometheusMeterRegistry registry)
      throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.createContext("/metrics", exchange -> answer(exchange, true, registry.scrape()));
    server.createContext(
        "/health/live", exchange -> answer(exchange, health.isLive(), health.details()));
    server.createContext(
        "/health/ready", exchange -> answer(exchange, health.isReady(), health.details()));
    server.start();
    return new Endpoints(server);
  }

  private static void answer(HttpExchange exchange, boolean up, String text) throws IOException {
    try (exchange) {
      byte[] body = text.getBytes(UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
      exchange.sendResponseHeaders(up ? 200 : 503, body.length == 0 ? -1 : body.length);
      exchange.getResponseBody().write(body);
    }
  }

  String address() {
    return "http://localhost:" + server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
