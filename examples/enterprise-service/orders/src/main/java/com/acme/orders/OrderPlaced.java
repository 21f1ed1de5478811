package com.acme.orders;

import java.math.BigDecimal;

/** What this team publishes. On the wire it is what {@code orders-contract} says. */
public record OrderPlaced(String orderId, BigDecimal total, String address, String greeting) {}
