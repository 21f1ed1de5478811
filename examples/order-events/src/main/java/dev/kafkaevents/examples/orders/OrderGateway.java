package dev.kafkaevents.examples.orders;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Where orders come from. Used by one thread. */
interface OrderGateway {
  /**
   * The next order; null if there are no more. May wait.
   *
   * @throws InvalidOrderException if the next is none; what follows it can be fetched
   */
  @Nullable Order fetch() throws IOException;
}
