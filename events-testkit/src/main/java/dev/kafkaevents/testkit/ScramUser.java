package dev.kafkaevents.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.kafkaevents.EventsException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.errors.SaslAuthenticationException;

/** Gives users of a broker their passwords. */
final class ScramUser {
  /** The least that Kafka takes: it is to be quick, and guards nothing. */
  private static final int ITERATIONS = 4096;

  /** In the order in which they change. */
  private static final List<ScramMechanism> MECHANISMS =
      List.of(ScramMechanism.SCRAM_SHA_256, ScramMechanism.SCRAM_SHA_512);

  private ScramUser() {}

  static void check(String name, String password) {
    if (name.isBlank()) {
      throw new IllegalArgumentException("a user's name is blank");
    }
    if (password.isEmpty()) {
      throw new IllegalArgumentException("the password of user " + name + " is empty");
    }
  }

  /** For both mechanisms. Returns when the broker takes it. */
  static void set(
      String bootstrapServers, String sasl, String name, String password, Duration timeout) {
    check(name, password);
    try (Admin admin = Admin.create(config(bootstrapServers, timeout))) {
      long deadline = System.nanoTime() + timeout.toNanos();
      for (ScramMechanism mechanism : MECHANISMS) { // Kafka takes one of a user in each request.
        UserScramCredentialUpsertion credential =
            new UserScramCredentialUpsertion(
                name, new ScramCredentialInfo(mechanism, ITERATIONS), password.getBytes(UTF_8));
        admin.alterUserScramCredentials(List.of(credential)).all().get();
      }
      awaitTaken(sasl, name, password, timeout, deadline);
    } catch (ExecutionException e) {
      throw new EventsException(
          "setting the password of user %s failed: %s".formatted(name, e.getCause()), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EventsException("interrupted while the password of " + name + " was set", e);
    }
  }

  /**
   * The controller acknowledges before the broker knows, and only a login tells; one with what was
   * changed last.
   */
  private static void awaitTaken(
      String sasl, String name, String password, Duration timeout, long deadline)
      throws ExecutionException, InterruptedException {
    Map<String, Object> config = config(sasl, timeout);
    config.put(AdminClientConfig.SECURITY_PROTOCOL_CONFIG, "SASL_PLAINTEXT");
    config.put(SaslConfigs.SASL_MECHANISM, MECHANISMS.get(MECHANISMS.size() - 1).mechanismName());
    config.put(SaslConfigs.SASL_JAAS_CONFIG, login(name, password));
    while (true) {
      try (Admin admin = Admin.create(config)) {
        admin.describeCluster().clusterId().get();
        return;
      } catch (ExecutionException e) {
        // Refused, which the broker takes a moment for, so that this is no busy loop.
        if (!(e.getCause() instanceof SaslAuthenticationException)
            || System.nanoTime() - deadline > 0) {
          throw e;
        }
      }
    }
  }

  private static String login(String name, String password) {
    return "org.apache.kafka.common.security.scram.ScramLoginModule required username=%s password=%s;"
        .formatted(quoted(name), quoted(password));
  }

  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  private static Map<String, Object> config(String bootstrapServers, Duration timeout) {
    int millis = Math.toIntExact(timeout.toMillis());
    Map<String, Object> config = new HashMap<>();
    config.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    config.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, millis);
    config.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, millis);
    return config;
  }
}
