package dev.kafkaevents.resilience;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kafkaevents.Message;
import dev.kafkaevents.Position;
import dev.kafkaevents.Settlement;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DeduplicateTest {
  private static final Settlement DUPLICATE = Settlement.skipped("duplicate");

  private int offset;

  private FakeDelivery event(String source, String id) {
    return new FakeDelivery(
        new Position("orders", 0, offset++),
        Message.of("orders", null, new byte[0])
            .withHeader("ce_source", source)
            .withHeader("ce_id", id));
  }

  @Test
  void eventThatWasHandled_isSkipped_whereverItIs() throws Exception {
    FakeChain chain = new FakeChain(d -> {}, Deduplicate.remembering(10));

    assertThat(chain.deliver(event("shop", "1"))).isEqualTo(Settlement.handled());
    assertThat(chain.deliver(event("shop", "1"))).isEqualTo(DUPLICATE);
    assertThat(chain.deliver(event("shop", "2"))).isEqualTo(Settlement.handled());
    assertThat(chain.deliver(event("store", "1"))).isEqualTo(Settlement.handled());
    assertThat(chain.handled()).isEqualTo(3);
  }

  @Test
  void sourceAndId_doNotRunTogether() throws Exception {
    FakeChain chain = new FakeChain(d -> {}, Deduplicate.remembering(10));

    assertThat(chain.deliver(event("ab", "c"))).isEqualTo(Settlement.handled());
    assertThat(chain.deliver(event("a", "bc"))).isEqualTo(Settlement.handled());
    assertThat(chain.deliver(event("1:a", "b"))).isEqualTo(Settlement.handled());
    assertThat(chain.deliver(event("1:", "ab"))).isEqualTo(Settlement.handled());
  }

  @Test
  void eventThatFailed_isNotRemembered_norIsADeadLetter() throws Exception {
    Deduplicate deduplicate = Deduplicate.remembering(10);
    FakeChain failing =
        new FakeChain(
            d -> {
              throw new IOException("down");
            },
            deduplicate);
    assertThatThrownBy(() -> failing.deliver(event("shop", "1"))).isInstanceOf(IOException.class);
    FakeChain buried =
        new FakeChain(
            d -> {
              throw new IOException("down");
            },
            deduplicate,
            DeadLetter.toTopicWithSuffix(".dlq"));
    assertThat(buried.deliver(event("shop", "1"))).isInstanceOf(Settlement.DeadLettered.class);

    FakeChain replayed = new FakeChain(d -> {}, deduplicate);
    assertThat(replayed.deliver(event("shop", "1"))).isEqualTo(Settlement.handled());
  }

  @Test
  void memory_isBounded_andTheOldestIsForgottenFirst() throws Exception {
    FakeChain chain = new FakeChain(d -> {}, Deduplicate.remembering(3));
    for (int id = 1; id <= 4; id++) {
      chain.deliver(event("shop", String.valueOf(id)));
    }
    assertThat(chain.deliver(event("shop", "2"))).isEqualTo(DUPLICATE);
    assertThat(chain.deliver(event("shop", "1"))).isEqualTo(Settlement.handled());
  }

  @Test
  void recordsThatSayNoId_orAnEndlessOne_pass() throws Exception {
    FakeChain chain = new FakeChain(d -> {}, Deduplicate.remembering(3));
    for (int i = 0; i < 2; i++) {
      assertThat(chain.deliver(FakeDelivery.of("orders"))).isEqualTo(Settlement.handled());
      assertThat(chain.deliver(event("shop", "x".repeat(253)))).isEqualTo(Settlement.handled());
    }
    assertThat(chain.deliver(event("shop", "x".repeat(252)))).isEqualTo(Settlement.handled());
    assertThat(chain.deliver(event("shop", "x".repeat(252)))).isEqualTo(DUPLICATE);
  }

  @Test
  void store_isAskedByGroup() throws Exception {
    Set<String> stored = new HashSet<>();
    Deduplicate.Store store =
        new Deduplicate.Store() {
          @Override
          public boolean contains(String group, String event) {
            return stored.contains(group + "/" + event);
          }

          @Override
          public void add(String group, String event) {
            stored.add(group + "/" + event);
          }
        };
    FakeChain chain = new FakeChain(d -> {}, Deduplicate.with(store));
    chain.deliver(event("shop", "1"));
    assertThat(stored).containsExactly("billing/4:shop1");
    assertThat(chain.deliver(event("shop", "1"))).isEqualTo(DUPLICATE);
    assertThatThrownBy(() -> Deduplicate.remembering(0)).hasMessageContaining("events is 0");
  }
}
