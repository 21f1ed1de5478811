package dev.kafkaevents.examples.quickstart;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.kafkaevents.Message;

/**
 * A record that claims to be an event of ours and is none: JSON that breaks off, followed by bytes
 * that are no text.
 */
final class Undecodable {
  private static final byte[] VALUE = {
    '{',
    '"',
    'o',
    'r',
    'd',
    'e',
    'r',
    'I',
    'd',
    '"',
    ':',
    0,
    (byte) 0xff,
    (byte) 0xc3,
    '(',
    '\r',
    '\n',
    (byte) 0x80
  };

  private Undecodable() {}

  /**
   * On the topic and with the key of an order, so that in the sample events of that order come
   * after it.
   */
  static Message message() {
    return Message.of(Quickstart.ORDERS.name(), "o-1001".getBytes(UTF_8), VALUE.clone())
        .withHeader("ce_specversion", "1.0")
        .withHeader("ce_id", "1")
        .withHeader("ce_source", "elsewhere")
        .withHeader("ce_type", "OrderPlaced")
        .withHeader("content-type", "application/json");
  }
}
