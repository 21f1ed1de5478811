package com.acme.shipping;

/**
 * What this team publishes. On the wire it is what {@code shipping-contract} says: Avro's, whose
 * fields are the components in the order of their names.
 */
public record ShipmentDispatched(String shipmentId, String orderId, String carrier) {}
