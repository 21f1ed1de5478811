package dev.kafkaevents.observability;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.semconv.ErrorAttributes;
import io.opentelemetry.semconv.incubating.KafkaIncubatingAttributes;
import io.opentelemetry.semconv.incubating.MessagingIncubatingAttributes;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Our names and their types are those of the published model, as the constants that are made of it
 * have them: of 1.45, where the names of before are still there.
 */
class MessagingConventionsTest {
  @Test
  @SuppressWarnings("deprecation") // by 1.45, which is the point
  void upTo1_44_namesOfKafkasOwn_areThePublishedOnes() {
    assertThat(kafkasOwn(MessagingConventions.V1_44))
        .isEqualTo(
            List.<AttributeKey<?>>of(
                MessagingIncubatingAttributes.MESSAGING_SYSTEM,
                MessagingIncubatingAttributes.MESSAGING_KAFKA_OFFSET,
                MessagingIncubatingAttributes.MESSAGING_KAFKA_MESSAGE_TOMBSTONE));
  }

  @Test
  void from1_45_namesOfKafkasOwn_areThePublishedOnes() {
    assertThat(kafkasOwn(MessagingConventions.V1_45))
        .isEqualTo(
            List.<AttributeKey<?>>of(
                MessagingIncubatingAttributes.MESSAGING_SYSTEM_NAME,
                KafkaIncubatingAttributes.KAFKA_OFFSET,
                KafkaIncubatingAttributes.KAFKA_MESSAGE_TOMBSTONE));
  }

  private static List<AttributeKey<?>> kafkasOwn(MessagingConventions names) {
    return List.of(names.system, names.offset, names.tombstone);
  }

  @Test
  void namesThatAreTheSameInAllVersions_areThePublishedOnes() {
    assertThat(
            List.<AttributeKey<?>>of(
                MessagingConventions.OPERATION_NAME,
                MessagingConventions.OPERATION_TYPE,
                MessagingConventions.DESTINATION,
                MessagingConventions.PARTITION,
                MessagingConventions.GROUP,
                MessagingConventions.MESSAGE_ID,
                MessagingConventions.ERROR_TYPE))
        .isEqualTo(
            List.<AttributeKey<?>>of(
                MessagingIncubatingAttributes.MESSAGING_OPERATION_NAME,
                MessagingIncubatingAttributes.MESSAGING_OPERATION_TYPE,
                MessagingIncubatingAttributes.MESSAGING_DESTINATION_NAME,
                MessagingIncubatingAttributes.MESSAGING_DESTINATION_PARTITION_ID,
                MessagingIncubatingAttributes.MESSAGING_CONSUMER_GROUP_NAME,
                MessagingIncubatingAttributes.MESSAGING_MESSAGE_ID,
                ErrorAttributes.ERROR_TYPE));
  }

  @Test
  void operations_areThoseOfTheModel() {
    assertThat(List.of(Spans.SEND, Spans.PROCESS))
        .containsExactly(
            MessagingIncubatingAttributes.MessagingOperationTypeIncubatingValues.SEND,
            MessagingIncubatingAttributes.MessagingOperationTypeIncubatingValues.PROCESS);
  }

  @Test
  void ourOwnNames_areInNobodysNamespace() {
    assertThat(
            List.<AttributeKey<?>>of(
                MessagingConventions.ATTEMPT,
                MessagingConventions.ATTEMPTS,
                MessagingConventions.RETRY_DELAY,
                MessagingConventions.SETTLEMENT,
                MessagingConventions.SKIP_REASON))
        .allSatisfy(key -> assertThat(key.getKey()).startsWith("events."));
  }
}
