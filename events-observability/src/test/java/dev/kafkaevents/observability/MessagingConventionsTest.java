package dev.kafkaevents.observability;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.semconv.ErrorAttributes;
import io.opentelemetry.semconv.incubating.MessagingIncubatingAttributes;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Our names are those that were published, as far as they have been as constants: up to 1.43. */
class MessagingConventionsTest {
  @Test
  void upTo1_44_namesAndTypesAreThePublishedOnes() {
    assertThat(
            List.<AttributeKey<?>>of(
                MessagingConventions.V1_44.system,
                MessagingConventions.V1_44.offset,
                MessagingConventions.V1_44.tombstone,
                MessagingConventions.OPERATION_NAME,
                MessagingConventions.OPERATION_TYPE,
                MessagingConventions.DESTINATION,
                MessagingConventions.PARTITION,
                MessagingConventions.GROUP,
                MessagingConventions.MESSAGE_ID,
                MessagingConventions.ERROR_TYPE))
        .isEqualTo(
            List.<AttributeKey<?>>of(
                MessagingIncubatingAttributes.MESSAGING_SYSTEM,
                MessagingIncubatingAttributes.MESSAGING_KAFKA_OFFSET,
                MessagingIncubatingAttributes.MESSAGING_KAFKA_MESSAGE_TOMBSTONE,
                MessagingIncubatingAttributes.MESSAGING_OPERATION_NAME,
                MessagingIncubatingAttributes.MESSAGING_OPERATION_TYPE,
                MessagingIncubatingAttributes.MESSAGING_DESTINATION_NAME,
                MessagingIncubatingAttributes.MESSAGING_DESTINATION_PARTITION_ID,
                MessagingIncubatingAttributes.MESSAGING_CONSUMER_GROUP_NAME,
                MessagingIncubatingAttributes.MESSAGING_MESSAGE_ID,
                ErrorAttributes.ERROR_TYPE));
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
