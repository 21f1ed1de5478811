package dev.kafkaevents.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** The two ports of a broker, one for clients and one for its controller, both of 127.0.0.1. */
record BrokerPorts(int clients, int controller) {
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

  /** Two ports that were free a moment ago. */
  static BrokerPorts free() {
    try (ServerSocket clients = bind();
        ServerSocket controller = bind()) {
      return new BrokerPorts(clients.getLocalPort(), controller.getLocalPort());
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
}
