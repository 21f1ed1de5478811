package dev.kafkaevents.faults;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.kafkaevents.Headers;
import dev.kafkaevents.SerdeException;
import dev.kafkaevents.Topic;
import dev.kafkaevents.spi.Serde;

/** The event of these tests: the {@code number}th of its key. */
record Step(String key, int number) {
  static Topic<Step> topic(String name) {
    return Topic.of(name, Step.class).keyedBy(Step::key);
  }

  /** As text, so that a failure here is none of a serde module. */
  static Serde.Factory serde() {
    Serde<Step> serde =
        new Serde<>() {
          @Override
          public String contentType() {
            return "text/plain";
          }

          @Override
          public byte[] encode(Step step, HeaderSink headers) {
            return (step.key + ":" + step.number).getBytes(UTF_8);
          }

          @Override
          public Step decode(byte[] bytes, Class<? extends Step> payloadType, Headers headers) {
            String text = new String(bytes, UTF_8);
            int colon = text.lastIndexOf(':');
            if (colon < 0) {
              throw new SerdeException("a step has a colon");
            }
            return new Step(text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
          }
        };
    return topic -> topic.payloadType() == Step.class ? serde : null;
  }
}
