package dev.kafkaevents.resilience;

import dev.kafkaevents.FailureClass;
import dev.kafkaevents.PublishException;
import dev.kafkaevents.RejectedException;
import dev.kafkaevents.SerdeException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/**
 * Looks at what came out of a chain. It never changes it: a handler may throw the same exception
 * for every record.
 */
final class Failures {
  /** Nobody nests futures deeper, and a chain of causes may be a circle. */
  private static final int MAX_WRAPPERS = 10;

  /** By name, since nobody who does not use them should have to have them. */
  private static final Set<String> VALIDATION =
      Set.of("jakarta.validation.ValidationException", "javax.validation.ValidationException");

  private Failures() {}

  /**
   * What {@code reason} means: what the first rule says that says something, or else what is known
   * of itself. Anything unknown may pass.
   */
  static FailureClass classOf(Throwable reason, List<FailureRule> rules) {
    if (reason instanceof InterruptedException) {
      return FailureClass.INTERRUPTED;
    }
    for (FailureRule rule : rules) {
      FailureClass said = rule.classOf(reason);
      if (said != null) {
        return said;
      }
    }
    if (reason instanceof PublishException e) {
      return e.failureClass();
    }
    return reason instanceof SerdeException
            || reason instanceof RejectedException
            || isOfValidation(reason)
        ? FailureClass.REJECTED
        : FailureClass.TRANSIENT;
  }

  private static boolean isOfValidation(Throwable reason) {
    for (Class<?> type = reason.getClass(); type != Object.class; type = type.getSuperclass()) {
      if (VALIDATION.contains(type.getName())) {
        return true;
      }
    }
    return false;
  }

  /**
   * What a future of the handler's has failed with, if it waited for one; otherwise {@code failure}
   * itself.
   */
  static Throwable unwrapped(Throwable failure) {
    Throwable inner = failure;
    for (int i = 0; i < MAX_WRAPPERS && isWrapper(inner) && inner.getCause() != null; i++) {
      inner = inner.getCause();
    }
    return inner;
  }

  private static boolean isWrapper(Throwable failure) {
    return failure instanceof CompletionException || failure instanceof ExecutionException;
  }

  /** Whether {@code reason} says something about this process, and nothing about the record. */
  static boolean isOfTheProcess(Throwable reason) {
    return reason instanceof InterruptedException || reason instanceof Error;
  }

  /**
   * Lets an interruption pass that a handler has turned into another failure and put back into its
   * thread's flag: it is the subscription that ends, and not the event that is bad.
   */
  static void passInterruption(Exception failure) throws InterruptedException {
    if (Thread.interrupted()) {
      InterruptedException interruption =
          new InterruptedException("interrupted while handling a record");
      interruption.addSuppressed(failure);
      throw interruption;
    }
  }
}
