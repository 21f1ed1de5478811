package dev.kafkaevents.examples.orders;

/** Which order; the key of its events. */
record OrderId(String value) {
  OrderId {
    if (!value.matches("[a-zA-Z0-9-]{1,40}")) {
      throw new InvalidOrderException("an order id is not 1 to 40 of a-z A-Z 0-9 -");
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
