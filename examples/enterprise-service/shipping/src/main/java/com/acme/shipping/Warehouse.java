package com.acme.shipping;

/** Where parcels are packed. */
public interface Warehouse {
  /**
   * Returns when the parcel is handed to the carrier. An order that was packed is not packed again.
   */
  void pack(String orderId, String address) throws InterruptedException;
}
