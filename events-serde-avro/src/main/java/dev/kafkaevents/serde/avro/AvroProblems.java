package dev.kafkaevents.serde.avro;

import dev.kafkaevents.SerdeException;
import java.io.EOFException;
import java.util.List;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.AvroTypeException;
import org.apache.avro.InvalidNumberEncodingException;
import org.apache.avro.Schema;
import org.apache.avro.SystemLimitException;

/**
 * Tells what went wrong with Avro without a word of the payload. Avro's messages quote values, so
 * nothing is taken from them but what kind of problem it is. For the same reason there is no cause.
 */
final class AvroProblems {
  private AvroProblems() {}

  static SerdeException reading(
      Class<?> type, RegisteredSchema written, Schema readInto, Throwable problem) {
    List<String> reasons =
        problem instanceof AvroTypeException
            ? Incompatible.reasons(readInto, written.schema())
            : List.of();
    return reading(
        type, written, reasons.isEmpty() ? kind(problem) : "its schema does not fit: " + reasons);
  }

  static SerdeException reading(Class<?> type, RegisteredSchema written, String problem) {
    return new SerdeException(
        "can't read %s from Avro written with %s: %s".formatted(type.getName(), written, problem));
  }

  static SerdeException writing(Class<?> type, RegisteredSchema with, Throwable problem) {
    return writing(
        type,
        with,
        problem instanceof StackOverflowError
            ? "it is nested too deep, or contains itself"
            : "a value is null or of a type that the schema does not allow");
  }

  static SerdeException writing(Class<?> type, RegisteredSchema with, String problem) {
    return new SerdeException(
        "can't write %s as Avro with %s: %s".formatted(type.getName(), with, problem));
  }

  /** What is wrong with a class; there is no payload yet that a message could quote. */
  static String ofClass(RuntimeException problem) {
    Throwable root = problem;
    while (root.getCause() != null && root.getCause() != root) {
      root = root.getCause();
    }
    String message = root.getMessage();
    return message == null ? root.getClass().getName() : message;
  }

  private static String kind(Throwable problem) {
    if (problem instanceof Reading.TrailingBytesException) {
      return "there are bytes after it";
    }
    if (problem instanceof EOFException) {
      return "it ends in the middle";
    }
    if (problem instanceof SystemLimitException) {
      return "it claims to be larger than it can be";
    }
    if (problem instanceof StackOverflowError) {
      return "it is nested too deep";
    }
    if (problem instanceof InvalidNumberEncodingException) {
      return "it has a malformed number";
    }
    if (problem instanceof AvroTypeException) {
      return "it has a value that the schema does not allow";
    }
    if (problem instanceof AvroRuntimeException && problem.getCause() != null) {
      return "its class refuses it with " + problem.getCause().getClass().getName();
    }
    return "it is malformed (" + problem.getClass().getSimpleName() + ")";
  }
}
