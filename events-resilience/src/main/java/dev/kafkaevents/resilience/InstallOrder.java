package dev.kafkaevents.resilience;

import dev.kafkaevents.spi.DeliveryInterceptor;
import java.util.List;

/**
 * What is to be installed before what: what settles a failure leaves nothing for what is outside.
 */
final class InstallOrder {
  private InstallOrder() {}

  /** Those of {@code inside} that would settle what {@code outer} is there to see fail. */
  static List<String> settledInside(DeliveryInterceptor outer, List<DeliveryInterceptor> inside) {
    return inside.stream()
        .filter(inner -> inner instanceof DeadLetter || inner instanceof UnorderedRetry)
        .map(inner -> problem(name(outer), name(inner)))
        .toList();
  }

  private static String problem(String outer, String inner) {
    return "%s is installed after %s, and settles each failure before %s sees it; install %s first"
        .formatted(inner, outer, outer, inner);
  }

  private static String name(DeliveryInterceptor interceptor) {
    return interceptor.getClass().getSimpleName();
  }
}
