package com.acme.shop;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** Somebody who orders, and looks at the service from outside. */
record ShopClient(HttpClient http, String address) {
  static ShopClient of(String port) {
    return new ShopClient(HttpClient.newHttpClient(), "http://localhost:" + port);
  }

  HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return send(request(path));
  }

  /** Places an order; returns its id. */
  String order() throws IOException, InterruptedException {
    return order("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
  }

  /** Places an order, within a trace. */
  String order(String traceparent) throws IOException, InterruptedException {
    HttpResponse<String> answer =
        send(
            request("/orders")
                .header("Content-Type", "application/json")
                .header("traceparent", traceparent)
                .POST(
                    HttpRequest.BodyPublishers.ofString(
                        "{\"total\": 9.90, \"address\": \"Main Street 1\"}")));
    if (answer.statusCode() != 202) {
      throw new IOException("an order was answered with " + answer.statusCode());
    }
    return answer.body().replaceAll(".*\"orderId\":\"([^\"]+)\".*", "$1");
  }

  boolean isShipped(String orderId) throws IOException, InterruptedException {
    return get("/orders/" + orderId + "/shipment").statusCode() == 200;
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(address + path)).timeout(Duration.ofSeconds(30));
  }

  private HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return http.send(request.build(), BodyHandlers.ofString());
  }
}
