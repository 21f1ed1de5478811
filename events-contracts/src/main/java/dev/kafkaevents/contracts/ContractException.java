package dev.kafkaevents.contracts;

import dev.kafkaevents.EventsException;
import org.jspecify.annotations.Nullable;

/** A contract that can't be used as it is written: says which file and line, and what is wrong. */
public final class ContractException extends EventsException {
  private static final long serialVersionUID = 1L;

  ContractException(String message) {
    super(message);
  }

  ContractException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
