package dev.kafkaevents.core;

import dev.kafkaevents.EventsConfig;
import dev.kafkaevents.spi.DeliveryInterceptor;
import dev.kafkaevents.spi.EventsProbe;
import dev.kafkaevents.spi.PublishInterceptor;
import dev.kafkaevents.spi.Serde;
import java.util.List;

/** What a {@link KafkaEvents.Builder} has put together. Immutable. */
record Assembly(
    EventsConfig config,
    ClientSettings settings,
    KafkaClients clients,
    EventsRuntime runtime,
    NameMapper names,
    List<Serde.Factory> serdes,
    List<PublishInterceptor> publishInterceptors,
    List<DeliveryInterceptor> deliveryInterceptors,
    EventsProbe probe) {

  /** The same for messages that are in no hurry, and that nobody is to see once more. */
  Assembly forResending() {
    return new Assembly(
        config,
        settings.withoutDeadline(),
        clients,
        runtime,
        names,
        serdes,
        List.of(),
        List.of(),
        Probes.SILENT);
  }
}
