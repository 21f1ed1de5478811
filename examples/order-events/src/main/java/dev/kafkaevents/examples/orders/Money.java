package dev.kafkaevents.examples.orders;

import static java.util.Objects.requireNonNull;

import java.math.BigDecimal;
import java.util.Currency;

/** An exact amount of a currency, with as many digits as the currency has. */
record Money(BigDecimal amount, Currency currency) {
  Money {
    requireNonNull(currency, "currency");
    if (amount.signum() < 0) {
      throw new InvalidOrderException("an amount is negative");
    }
    requireDigits(currency);
    if (amount.stripTrailingZeros().scale() > currency.getDefaultFractionDigits()) {
      throw new InvalidOrderException("an amount has more digits than its currency");
    }
    amount = amount.setScale(currency.getDefaultFractionDigits());
  }

  /** From the smallest unit of the currency: cents of a euro, yen, thousandths of a dinar. */
  static Money ofMinorUnits(long units, Currency currency) {
    requireDigits(currency);
    return new Money(BigDecimal.valueOf(units, currency.getDefaultFractionDigits()), currency);
  }

  /** Gold and what is in use for tests have a code and no unit. */
  private static void requireDigits(Currency currency) {
    if (currency.getDefaultFractionDigits() < 0) {
      throw new InvalidOrderException("a currency is none that is paid with");
    }
  }

  Money plus(Money other) {
    if (!currency.equals(other.currency)) {
      throw new InvalidOrderException("an order has amounts of several currencies");
    }
    return new Money(amount.add(other.amount), currency);
  }

  Money times(int factor) {
    return new Money(amount.multiply(BigDecimal.valueOf(factor)), currency);
  }
}
