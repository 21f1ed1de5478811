package dev.kafkaevents.examples.orders;

/** So many of an article, at a price for each. */
record LineItem(String sku, int quantity, Money unitPrice) {
  LineItem {
    if (sku.isBlank()) {
      throw new InvalidOrderException("a line item has no article");
    }
    if (quantity < 1) {
      throw new InvalidOrderException("the quantity of a line item is below 1");
    }
  }

  Money total() {
    return unitPrice.times(quantity);
  }
}
