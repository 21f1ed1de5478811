package com.acme.shipping;

/** What this team needs of an event of team orders: their class is not ours. */
public record OrderPlaced(String orderId, String address) {}
