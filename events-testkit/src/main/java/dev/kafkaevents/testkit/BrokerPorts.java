package dev.kafkaevents.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The ports of a broker, all of 127.0.0.1: for clients, for its controller, and for clients that
 * authenticate, which not every broker has.
 */
record BrokerPorts(int clients, int controller, int sasl) {
  /** In the broker's log when another process took a port between our look and the broker's. */
  static final String LOST = "Socket server failed to bind";

  /**
   * Below the ports that systems give to outgoing connections (Linux from 32768, others from
   * 49152), or a client that connects while the broker is down could be given the very port that
   * the restart needs.
   */
  private static final int LOWEST = 20_000;

  private static final int HIGHEST = 32_767;
  private static final int ATTEMPTS = 100;

  /** Ports that were free a moment ago. */
  static BrokerPorts free() {
    try (ServerSocket clients = bind();
        ServerSocket controller = bind();
        ServerSocket sasl = bind()) {
      return new BrokerPorts(
          clients.getLocalPort(), controller.getLocalPort(), sasl.getLocalPort());
    } catch (IOException e) {
      throw new UncheckedIOException(
          "no free port of 127.0.0.1 from " + LOWEST + " to " + HIGHEST, e);
    }
  }

  private static ServerSocket bind() throws IOException {
    InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    for (int attempt = 1; ; attempt++) {
      try {
        return new ServerSocket(
            ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST + 1), 1, loopback);
      } catch (BindException taken) {
        if (attempt == ATTEMPTS) {
          throw taken;
        }
      }
    }
  }

  String bootstrapServers() {
    return "127.0.0.1:" + clients;
  }

  String saslBootstrapServers() {
    return "127.0.0.1:" + sasl;
  }
}
