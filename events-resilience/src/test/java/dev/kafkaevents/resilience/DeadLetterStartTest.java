package dev.kafkaevents.resilience;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kafkaevents.EventsException;
import dev.kafkaevents.TopicFacts;
import dev.kafkaevents.UnavailableException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What dead letters look at before a subscription begins. */
class DeadLetterStartTest {
  private final FakeTopics topics = new FakeTopics().with("orders");
  private final DeadLetter deadLetter = DeadLetter.toTopicWithSuffix(".dlq");

  private void begin(DeadLetter deadLetter) {
    assertThat(deadLetter.forSubscription(new FakeBeginning("orders", topics)))
        .isInstanceOf(DeadLetter.class);
  }

  private void assertRefused(String... parts) {
    assertThatThrownBy(() -> begin(deadLetter))
        .isInstanceOf(EventsException.class)
        .hasMessageStartingWith("dead-letter topic orders.dlq of topic orders ")
        .hasMessageContainingAll(parts);
  }

  @Test
  void topicThatIsAsItsSource_isTaken() {
    topics.with("orders.dlq");
    begin(deadLetter);
  }

  @Test
  void topicThatIsNotThere_isRefused() {
    assertRefused("is not there", "create it", "creatingTopics()");
  }

  @Test
  void topicThatIsNotThere_isCreatedIfThatIsAskedFor_asLargeAsItsSource() {
    topics.with("orders", "max.message.bytes", "5000000", "retention.ms", "-1");
    begin(deadLetter.creatingTopics());

    TopicFacts created = topics.find("orders.dlq");
    assertThat(created.partitions()).isEqualTo(3);
    assertThat(created.settings())
        .containsEntry("max.message.bytes", "5000000")
        .containsEntry("retention.ms", "-1")
        .containsEntry("cleanup.policy", "delete");
  }

  @Test
  void topicThatIsThere_isNotCreatedOver_andRefusedAsAnyOther() {
    topics.with("orders.dlq", "max.message.bytes", "1000");
    assertThatThrownBy(() -> begin(deadLetter.creatingTopics()))
        .hasMessageContaining("at most 1000 bytes");
  }

  @Test
  void topicThatMayNotBeWritten_isRefused() {
    topics.with("orders.dlq", new TopicFacts(1, false, FakeTopics.usual()));
    assertRefused("may not be written", "allow WRITE");
  }

  @Test
  void topicForSmallerRecords_isRefused() {
    topics.with("orders", "max.message.bytes", "2000000");
    topics.with("orders.dlq");
    assertRefused("at most 1048588 bytes", "up to 2000000", "max.message.bytes to 2000000");
  }

  @ParameterizedTest
  @CsvSource({"compact", "'compact,delete'"})
  void topicThatIsCompacted_isRefused(String policy) {
    topics.with("orders.dlq", "cleanup.policy", policy);
    assertRefused("cleanup.policy=" + policy, "the last record of each key", "delete");
  }

  @ParameterizedTest
  @CsvSource({"604800000,604799999", "-1,604800000"})
  void topicThatKeepsRecordsForLess_isRefused(String ofSource, String ofTarget) {
    topics.with("orders", "retention.ms", ofSource).with("orders.dlq", "retention.ms", ofTarget);
    assertRefused("retention.ms=" + ofTarget, "less than the " + ofSource, "LogAppendTime");
  }

  @Test
  void topicThatKeepsRecordsForLess_butFromWhenTheyAreStored_isTaken() {
    topics
        .with("orders", "retention.ms", "-1")
        .with("orders.dlq", "message.timestamp.type", "LogAppendTime");
    begin(deadLetter);
  }

  @Test
  void topicThatKeepsRecordsForEver_isTaken() {
    topics.with("orders.dlq", "retention.ms", "-1");
    begin(deadLetter);
  }

  @Test
  void topicWhoseLimitsMayNotBeSeen_isTaken() {
    topics.with("orders.dlq", new TopicFacts(1, true, Map.of()));
    begin(deadLetter);
  }

  @Test
  void clusterThatDoesNotAnswer_holdsNobodyUp_unlessLettersMustBeStoredAtOnce() {
    topics.down();
    begin(deadLetter);
    assertThatThrownBy(() -> begin(deadLetter.stoppingIfNotStored()))
        .isInstanceOf(UnavailableException.class);
  }

  @Test
  void topicIsNotLookedAt_ifThatIsAskedFor() {
    begin(deadLetter.uncheckedAtStart());
    assertThat(topics.asked).isEmpty();
  }

  @Test
  void topicThatIsItsOwnSource_isRefused_lookedAtOrNot() {
    for (DeadLetter own :
        new DeadLetter[] {
          DeadLetter.toTopic("orders"), DeadLetter.toTopic("orders").uncheckedAtStart()
        }) {
      assertThatThrownBy(() -> begin(own))
          .isInstanceOf(EventsException.class)
          .hasMessage(
              "the dead letters of topic orders would go to orders itself and come back for ever;"
                  + " group billing needs another dead-letter topic");
    }
  }
}
