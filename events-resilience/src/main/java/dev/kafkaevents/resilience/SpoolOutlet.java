package dev.kafkaevents.resilience;

import dev.kafkaevents.Message;
import dev.kafkaevents.Position;
import java.util.concurrent.CompletableFuture;

/** Where a spool's messages go to when the cluster is back. Used by the thread of the spool. */
interface SpoolOutlet {
  /** How many may be sent now, one after the other without waiting; 0 is none for the moment. */
  int room();

  /**
   * Whether what it has taken, it tries until it is stored or refused, in the order in which it was
   * sent. If not, a message waits for the one of its key before it.
   */
  boolean keepsOrder();

  /** Sends one message. */
  CompletableFuture<Position> send(Message message);

  /** What was sent since {@link #room} is stored. */
  void stored();

  /** Of what was sent since {@link #room} something failed, and is sent again. */
  void failed(Throwable failure);
}
