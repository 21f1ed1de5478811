package dev.kafkaevents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TopicTest {
  record Plain(String id) {}

  sealed interface Order permits Order.Placed, Order.Changed {
    record Placed(String id) implements Order {}

    sealed interface Changed extends Order {}

    record Paid(String id) implements Changed {}

    record Cancelled(String id) implements Changed {}
  }

  sealed interface Clash {
    interface A {
      record Same() implements Clash {}
    }

    interface B {
      record Same() implements Clash {}
    }
  }

  enum Light {
    RED {
      @Override
      boolean stop() {
        return true;
      }
    },
    GREEN;

    boolean stop() {
      return false;
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", "a b", "bestellungen-ü", "a/b"})
  void name_illegal_isRefused(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Topic.of(name, Plain.class))
        .withMessageContaining("\"" + name + "\"")
        .withMessageContaining("1 to 249");
  }

  @Test
  void withName_keepsAllElse_andIsCheckedAsAnyName() {
    Topic<String> orders =
        Topic.of("orders", String.class).keyedBy(text -> text).named(String.class, "order");

    Topic<String> other = orders.withName("orders.billing.retry");

    assertThat(other.name()).isEqualTo("orders.billing.retry");
    assertThat(other.keyOf("k")).isEqualTo("k");
    assertThat(other.eventTypeOf("k")).isEqualTo("order");
    assertThatThrownBy(() -> orders.withName("a b")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void name_ofOneTooMany_isRefused() {
    Topic.of("a".repeat(249), Plain.class);
    assertThatIllegalArgumentException().isThrownBy(() -> Topic.of("a".repeat(250), Plain.class));
  }

  @Test
  void plainType_isCalledByItsSimpleName() {
    Topic<Plain> topic = Topic.of("plain", Plain.class);
    assertThat(topic.eventTypeOf(new Plain("1"))).isEqualTo("Plain");
    assertThat(topic.payloadTypeOf("Plain")).isEqualTo(Plain.class);
    assertThat(topic.payloadTypeOf("Other")).isNull();
  }

  @Test
  void sealedType_bringsItsConcreteTypes_howeverDeep() {
    Topic<Order> topic = Topic.of("orders", Order.class);
    assertThat(topic.eventTypes()).containsExactly("Placed", "Paid", "Cancelled");
    assertThat(topic.eventTypeOf(new Order.Paid("1"))).isEqualTo("Paid");
    assertThat(topic.payloadTypeOf("Cancelled")).isEqualTo(Order.Cancelled.class);
  }

  @Test
  void named_overridesOne() {
    Topic<Order> topic = Topic.of("orders", Order.class).named(Order.Paid.class, "order.paid.v2");
    assertThat(topic.eventTypes()).containsExactly("Placed", "order.paid.v2", "Cancelled");
    assertThat(topic.payloadTypeOf("Paid")).isNull();
  }

  @Test
  void clashingNames_areRefusedWithBothClasses_andSettledByNamed() {
    Topic<Clash> topic = Topic.of("clash", Clash.class);
    assertThatIllegalArgumentException()
        .isThrownBy(topic::eventTypes)
        .withMessageContaining(Clash.A.Same.class.getName())
        .withMessageContaining(Clash.B.Same.class.getName())
        .withMessageContaining("Topic.named");
    assertThat(topic.named(Clash.B.Same.class, "OtherSame").eventTypes())
        .containsExactly("Same", "OtherSame");
  }

  @Test
  void named_typeOfAnotherTopic_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Topic.of("orders", Order.class).named(Order.class, "order"))
        .withMessageContaining("not a payload type of topic orders");
  }

  @Test
  void enumConstantWithABody_isOfItsEnum() {
    assertThat(Topic.of("lights", Light.class).eventTypeOf(Light.RED)).isEqualTo("Light");
  }

  @Test
  void key_comesFromThePayload() {
    assertThat(Topic.of("plain", Plain.class).keyedBy(Plain::id).keyOf(new Plain("7")))
        .isEqualTo("7");
    assertThat(Topic.of("plain", Plain.class).keyOf(new Plain("7"))).isNull();
  }

  @Test
  void withEnvelope_isKeptThroughAllThatFollows() {
    Topic<String> topic =
        Topic.of("orders", String.class)
            .withEnvelope(Envelope.STRUCTURED)
            .requiringEnvelope()
            .keyedBy(order -> order)
            .named(String.class, "order");
    assertThat(topic.envelope()).isEqualTo(Envelope.STRUCTURED);
    assertThat(topic.requiresEnvelope()).isTrue();
    assertThat(topic.withEnvelope(Envelope.BINARY).isKeyed()).isTrue();
    assertThat(topic.withEnvelope(Envelope.BINARY).requiresEnvelope()).isTrue();
    assertThat(topic.withEnvelope(Envelope.BINARY).eventTypes()).containsExactly("order");
  }

  @Test
  void of_isWrittenInBinaryMode_andReadsWhatIsNoCloudEvent() {
    assertThat(Topic.of("orders", String.class).envelope()).isEqualTo(Envelope.BINARY);
    assertThat(Topic.of("orders", String.class).requiresEnvelope()).isFalse();
  }

  @Test
  void withEnvelope_noneForATopicThatRequiresOne_isRefused() {
    Topic<String> topic = Topic.of("orders", String.class);
    assertThatThrownBy(() -> topic.requiringEnvelope().withEnvelope(Envelope.NONE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("orders", "require");
    assertThatThrownBy(() -> topic.withEnvelope(Envelope.NONE).requiringEnvelope())
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void withEnvelope_noneForSeveralEventTypes_isRefused() {
    assertThatThrownBy(() -> Topic.of("orders", Order.class).withEnvelope(Envelope.NONE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("orders", "Order", "sealed");
  }
}
