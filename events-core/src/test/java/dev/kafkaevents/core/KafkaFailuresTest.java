package dev.kafkaevents.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaevents.EventsConfig;
import dev.kafkaevents.FailureClass;
import dev.kafkaevents.PublishException;
import dev.kafkaevents.PublishException.Outcome;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarFile;
import org.apache.kafka.clients.producer.BufferExhaustedException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.NetworkException;
import org.apache.kafka.common.errors.NotLeaderOrFollowerException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownServerException;
import org.junit.jupiter.api.Test;

class KafkaFailuresTest {
  /**
   * When a new version of the clients brings a new exception, somebody has to say what it means.
   */
  @Test
  void everyExceptionInTheClientsJar_isListed() throws Exception {
    List<String> unlisted = new ArrayList<>();
    List<Class<?>> exceptions = exceptionsOfTheClients();
    for (Class<?> exception : exceptions) {
      if (KafkaFailures.listed(exception) == null) {
        unlisted.add(exception.getName());
      }
    }
    assertThat(unlisted).as("exceptions of kafka-clients without a class").isEmpty();
    assertThat(exceptions).hasSizeGreaterThan(150).contains(UnknownServerException.class);
  }

  private static List<Class<?>> exceptionsOfTheClients() throws Exception {
    Path path =
        Path.of(KafkaException.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    List<Class<?>> exceptions = new ArrayList<>();
    try (JarFile jar = new JarFile(path.toFile())) {
      List<String> names =
          jar.stream()
              .map(entry -> entry.getName())
              .filter(name -> name.startsWith("org/apache/kafka/") && name.endsWith(".class"))
              .filter(name -> !name.startsWith("org/apache/kafka/shaded/"))
              .map(name -> name.substring(0, name.length() - ".class".length()).replace('/', '.'))
              .toList();
      for (String name : names) {
        try {
          Class<?> type = Class.forName(name, false, KafkaFailuresTest.class.getClassLoader());
          if (Throwable.class.isAssignableFrom(type)) {
            exceptions.add(type);
          }
        } catch (NoClassDefFoundError ofAnOptionalDependency) {
          // It is no exception: those extend what is in the jar or in the JDK.
        }
      }
    }
    return exceptions;
  }

  @Test
  void whatIsNotListed_isTakenForWhatItExtends() {
    class OfNobody extends NotLeaderOrFollowerException {
      private static final long serialVersionUID = 1L;
    }
    assertThat(KafkaFailures.classOf(new NotLeaderOrFollowerException()))
        .isEqualTo(FailureClass.TRANSIENT);
    assertThat(KafkaFailures.classOf(new OfNobody())).isEqualTo(FailureClass.TRANSIENT);
    assertThat(KafkaFailures.classOf(new KafkaException("of no class")))
        .isEqualTo(FailureClass.UNKNOWN_OUTCOME);
  }

  @Test
  void whatIsNotKafkas_hasNoClass() {
    assertThat(KafkaFailures.classOf(new IOException("elsewhere"))).isNull();
    assertThat(KafkaFailures.classOf(new IllegalStateException())).isNull();
  }

  @Test
  void kafkasTree_isNotTrusted() {
    // Both extend what "the application can recover from", or nothing that tells.
    assertThat(KafkaFailures.classOf(new ProducerFencedException("by another")))
        .isEqualTo(FailureClass.CLIENT_LOST);
    assertThat(KafkaFailures.classOf(new RecordTooLargeException()))
        .isEqualTo(FailureClass.REJECTED);
    assertThat(KafkaFailures.classOf(new TimeoutException("expired")))
        .isEqualTo(FailureClass.UNKNOWN_OUTCOME);
    assertThat(KafkaFailures.classOf(new BufferExhaustedException("full")))
        .isEqualTo(FailureClass.BACK_PRESSURE);
  }

  @Test
  void failedPublish_tellsWhatIsKnownAndWhy() {
    assertPublish(new RecordTooLargeException(), true, Outcome.REJECTED, FailureClass.REJECTED);
    assertPublish(
        new TimeoutException("metadata"), true, Outcome.NOT_STORED, FailureClass.TRANSIENT);
    assertPublish(
        new TimeoutException("expiring"), false, Outcome.UNKNOWN, FailureClass.UNKNOWN_OUTCOME);
    assertPublish(
        new BufferExhaustedException("full"), true, Outcome.NOT_STORED, FailureClass.BACK_PRESSURE);
    assertPublish(
        new TopicAuthorizationException("no"), false, Outcome.NOT_STORED, FailureClass.SECURITY);
    assertPublish(
        new AuthenticationException("no"), true, Outcome.NOT_STORED, FailureClass.SECURITY);
    assertPublish(
        new KafkaException("in an error state", new SaslAuthenticationException("no")),
        true,
        Outcome.NOT_STORED,
        FailureClass.SECURITY);
    assertPublish(
        new KafkaException("in an error state", new ClusterAuthorizationException("no")),
        true,
        Outcome.NOT_STORED,
        FailureClass.CLIENT_LOST);
    assertPublish(
        new KafkaException("no producer", new ConfigException("no")),
        true,
        Outcome.NOT_STORED,
        FailureClass.CONFIGURATION);
    assertPublish(
        new IllegalStateException("closed"), true, Outcome.NOT_STORED, FailureClass.CLIENT_LOST);
    assertPublish(
        new ProducerFencedException("by another"),
        false,
        Outcome.UNKNOWN,
        FailureClass.CLIENT_LOST);
    assertPublish(
        new NetworkException("gone"), false, Outcome.UNKNOWN, FailureClass.UNKNOWN_OUTCOME);
  }

  private static void assertPublish(
      RuntimeException failure, boolean neverSent, Outcome outcome, FailureClass failureClass) {
    PublishException e =
        PublishFailures.of(
            "orders", "event 1", failure, neverSent, EventsConfig.of("test", "localhost:9092"));
    assertThat(e.outcome()).as(failure.toString()).isEqualTo(outcome);
    assertThat(e.failureClass()).as(failure.toString()).isEqualTo(failureClass);
  }
}
