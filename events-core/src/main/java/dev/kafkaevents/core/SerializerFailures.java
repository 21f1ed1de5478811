package dev.kafkaevents.core;

import dev.kafkaevents.EventsException;
import dev.kafkaevents.SerdeException;
import dev.kafkaevents.UnavailableException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RetriableException;
import org.jspecify.annotations.Nullable;

/**
 * Tells an outage from bad data by what a serializer threw. Both are a {@code
 * SerializationException} there; what caused it makes the difference. Messages are left out, since
 * they quote values and addresses with passwords in them.
 */
final class SerializerFailures {
  private static final int MOST_CAUSES = 10;

  /** Those who answer so may answer otherwise when somebody has mended something. */
  private static final Set<Integer> PASSING = Set.of(401, 403, 407, 408, 429);

  /** Whose errors are of the network, whatever they are called. */
  private static final List<String> NETWORK =
      List.of(
          "java.net.", "javax.net.", "java.nio.channels.", "org.apache.http.", "org.apache.hc.");

  /** How clients of HTTP call the status on an exception: Confluent's, Amazon's. */
  private static final List<String> STATUS = List.of("getStatus", "statusCode");

  private SerializerFailures() {}

  static EventsException of(String what, Throwable problem) {
    List<Throwable> causes = causes(problem);
    String message =
        what
            + ": "
            + causes.stream()
                .map(SerializerFailures::description)
                .collect(Collectors.joining(", caused by "));
    return isOutage(causes) ? new UnavailableException(message) : new SerdeException(message);
  }

  private static List<Throwable> causes(Throwable problem) {
    List<Throwable> causes = new ArrayList<>();
    for (Throwable next = problem;
        next != null && causes.size() < MOST_CAUSES;
        next = next.getCause()) {
      causes.add(next);
    }
    return causes;
  }

  private static String description(Throwable cause) {
    Integer status = status(cause);
    return cause.getClass().getName() + (status == null ? "" : " with status " + status);
  }

  private static boolean isOutage(List<Throwable> causes) {
    for (Throwable cause : causes) {
      Integer status = status(cause);
      if (status != null) {
        return PASSING.contains(status) || status >= 500;
      }
      if (cause instanceof RetriableException
          || cause instanceof InterruptException
          || cause instanceof TimeoutException
          || cause instanceof InterruptedIOException
          || (cause instanceof IOException && isOfTheNetwork(cause.getClass()))) {
        return true;
      }
    }
    return isBareIoException(causes);
  }

  private static boolean isOfTheNetwork(Class<?> type) {
    for (Class<?> next = type; next != IOException.class; next = next.getSuperclass()) {
      String name = next.getName();
      if (NETWORK.stream().anyMatch(name::startsWith)) {
        return true;
      }
    }
    return false;
  }

  /** An end in the middle and the like are bad data, and have classes of their own. */
  private static boolean isBareIoException(List<Throwable> causes) {
    List<Throwable> ofIo = causes.stream().filter(IOException.class::isInstance).toList();
    return !ofIo.isEmpty() && ofIo.get(ofIo.size() - 1).getClass() == IOException.class;
  }

  private static @Nullable Integer status(Throwable cause) {
    for (String name : STATUS) {
      Object status = asked(cause, name);
      if (status instanceof Integer number && number >= 100 && number < 600) {
        return number;
      }
    }
    return null;
  }

  /** Null if it can't be asked. */
  private static @Nullable Object asked(Throwable cause, String name) {
    try {
      return cause.getClass().getMethod(name).invoke(cause);
    } catch (NoSuchMethodException | IllegalAccessException | InvocationTargetException e) {
      return null;
    }
  }
}
