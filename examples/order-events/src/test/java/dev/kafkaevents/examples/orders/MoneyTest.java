package dev.kafkaevents.examples.orders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.Currency;
import org.junit.jupiter.api.Test;

final class MoneyTest {
  private static final Currency EUR = Currency.getInstance("EUR");

  @Test
  void hasAsManyDigitsAsItsCurrency() {
    assertThat(new Money(new BigDecimal("9.9"), EUR).amount()).hasToString("9.90");
    assertThat(new Money(new BigDecimal("9.900"), EUR).amount()).hasToString("9.90");
    assertThat(Money.ofMinorUnits(1560, Currency.getInstance("JPY")).amount()).hasToString("1560");
    assertThat(Money.ofMinorUnits(12345, Currency.getInstance("KWD")).amount())
        .hasToString("12.345");
    assertThatThrownBy(() -> new Money(new BigDecimal("9.901"), EUR))
        .isInstanceOf(InvalidOrderException.class)
        .hasMessage("an amount has more digits than its currency");
  }

  @Test
  void isExact_howeverOftenItIsAdded() {
    Money sum = Money.ofMinorUnits(0, EUR);
    for (int i = 0; i < 1_000; i++) {
      sum = sum.plus(Money.ofMinorUnits(1, EUR).times(3));
    }
    assertThat(sum.amount()).hasToString("30.00");
  }

  @Test
  void isNotMixed_norNegative_norOfWhatNobodyPaysWith() {
    Money dollars = Money.ofMinorUnits(1, Currency.getInstance("USD"));
    assertThatThrownBy(() -> Money.ofMinorUnits(1, EUR).plus(dollars))
        .isInstanceOf(InvalidOrderException.class);
    assertThatThrownBy(() -> Money.ofMinorUnits(-1, EUR)).isInstanceOf(InvalidOrderException.class);
    assertThatThrownBy(() -> Money.ofMinorUnits(1, Currency.getInstance("XAU")))
        .isInstanceOf(InvalidOrderException.class);
  }
}
