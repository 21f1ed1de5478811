package dev.kafkaevents.serde.avro;

import dev.kafkaevents.EventsException;
import dev.kafkaevents.SerdeException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaParseException;

/**
 * Asks a registry before a deployment whether schemas can become the next version of their
 * subjects. It registers nothing.
 *
 * <pre>{@code
 * java … dev.kafkaevents.serde.avro.CheckSchemas https://registry.acme.com \
 *     orders-value=com.acme.OrderPlaced payments-value=src/main/avro/Payment.avsc
 * }</pre>
 *
 * <p>As a step of a build it is a goal of the exec plugin, {@code java}, with this main class. A
 * schema is that of an event class on the class path, or of a file that ends in {@code .avsc}. The
 * first argument is one URL or several with commas between; {@code SCHEMA_REGISTRY_USER_INFO} in
 * the environment has {@code user:password}, and {@code SCHEMA_REGISTRY_TOKEN} a bearer token. It
 * ends with status 0 if all can, 1 if one can't, and 2 if that could not be found out.
 */
public final class CheckSchemas {
  private static final int CAN_NOT = 1;
  private static final int UNKNOWN = 2;

  private CheckSchemas() {}

  /** Checks what the command line names. */
  public static void main(String... arguments) {
    int status = run(System.out, System.getenv(), arguments);
    if (status != 0) {
      System.exit(status);
    }
  }

  /**
   * Why the schema of {@code type} can't become the next version of {@code subject}; empty if it
   * can. For a test of the application itself.
   *
   * @throws SerdeException if the class has no schema
   */
  public static List<String> problems(Schemas schemas, String subject, Class<?> type) {
    return schemas.incompatibilities(subject, schemaOf(type));
  }

  static int run(PrintStream out, Map<String, String> environment, String... arguments) {
    if (arguments.length < 2) {
      out.println(
          "usage: CheckSchemas <registry url>[,<url>] <subject>=<event class or file.avsc> …");
      return UNKNOWN;
    }
    try {
      Schemas registry = registry(arguments[0], environment);
      int status = 0;
      for (String each : Arrays.asList(arguments).subList(1, arguments.length)) {
        status = Math.max(status, check(out, registry, each));
      }
      return status;
    } catch (EventsException | IllegalArgumentException e) {
      out.println(e.getMessage());
      return UNKNOWN;
    }
  }

  private static Schemas registry(String urls, Map<String, String> environment) {
    SchemaRegistry.Builder builder = SchemaRegistry.builder(urls.split(",", -1));
    String userInfo = environment.getOrDefault("SCHEMA_REGISTRY_USER_INFO", "");
    int colon = userInfo.indexOf(':');
    if (colon > 0) {
      builder.basicAuth(userInfo.substring(0, colon), userInfo.substring(colon + 1));
    }
    String token = environment.getOrDefault("SCHEMA_REGISTRY_TOKEN", "");
    if (!token.isEmpty()) {
      builder.bearerToken(token);
    }
    return builder.build();
  }

  private static int check(PrintStream out, Schemas registry, String each) {
    int equals = each.lastIndexOf('=');
    if (equals < 1 || equals == each.length() - 1) {
      throw new IllegalArgumentException(
          each + " is not a subject and a schema; it should look like orders-value=com.acme.Order");
    }
    String subject = each.substring(0, equals);
    String named = each.substring(equals + 1);
    List<String> problems = new ArrayList<>(registry.incompatibilities(subject, schema(named)));
    out.println(
        subject + ": " + named + (problems.isEmpty() ? " is compatible" : " is NOT compatible"));
    problems.forEach(problem -> out.println("  " + problem));
    return problems.isEmpty() ? 0 : CAN_NOT;
  }

  private static Schema schema(String named) {
    try {
      return named.endsWith(".avsc")
          ? new Schema.Parser().parse(Files.readString(Path.of(named)))
          : schemaOf(Class.forName(named, true, Thread.currentThread().getContextClassLoader()));
    } catch (IOException | SchemaParseException | ClassNotFoundException e) {
      throw new IllegalArgumentException(
          "%s is neither an event class on the class path nor a schema in a file: %s"
              .formatted(named, e),
          e);
    }
  }

  private static Schema schemaOf(Class<?> type) {
    return Binding.of(type).ownSchema();
  }
}
