package com.acme.orders;

/** What this team needs of an event of team shipping: their class is not ours. */
public record ShipmentDispatched(String orderId, String shipmentId) {}
