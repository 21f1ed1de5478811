package dev.kafkaevents.examples.withoutbroker;

import java.io.IOException;

/** What the service needs. */
interface Mail {
  void send(String customer, String text) throws IOException;
}
