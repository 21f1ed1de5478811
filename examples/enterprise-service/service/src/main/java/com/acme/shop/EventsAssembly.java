package com.acme.shop;

import dev.kafkaevents.Events;
import dev.kafkaevents.EventsConfig;
import dev.kafkaevents.core.KafkaEvents;
import dev.kafkaevents.core.NameMapper;
import dev.kafkaevents.observability.LogContext;
import dev.kafkaevents.observability.MicrometerMetrics;
import dev.kafkaevents.observability.OpenTelemetryTracing;
import dev.kafkaevents.resilience.Resilience;
import dev.kafkaevents.serde.avro.AvroOptions;
import dev.kafkaevents.serde.avro.AvroSerde;
import dev.kafkaevents.serde.avro.SchemaRegistry;
import dev.kafkaevents.serde.avro.Schemas;
import dev.kafkaevents.serde.json.JsonSerde;
import dev.kafkaevents.spi.EventsBuilder;
import dev.kafkaevents.spi.Serde;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import java.time.Duration;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Puts the events together. The only class that knows what they are made of. */
@Configuration(proxyBeanMethods = false)
class EventsAssembly {
  @Bean
  EventsConfig eventsConfig(EventsSettings settings) {
    EventsConfig config = settings.toConfig();
    LoggerFactory.getLogger(EventsAssembly.class).info("events with\n{}", config.describe());
    return config;
  }

  @Bean
  Schemas schemas(ShopSettings settings) {
    return SchemaRegistry.builder(settings.registry()).build();
  }

  /** Spring closes it last, after all that publishes. */
  @Bean(destroyMethod = "close")
  Events events(
      EventsConfig config,
      ShopSettings settings,
      Schemas schemas,
      OpenTelemetry openTelemetry,
      MeterRegistry meters) {
    KafkaEvents.Builder builder =
        KafkaEvents.builder(config).names(NameMapper.prefixed(settings.prefix()));
    install(builder, schemas, openTelemetry, meters);
    return builder.build();
  }

  /** The same for a broker and for tests without one. */
  static void install(
      EventsBuilder builder, Schemas schemas, OpenTelemetry openTelemetry, MeterRegistry meters) {
    Serde.Factory avro = AvroSerde.factory(schemas, AvroOptions.lookup()); // a pipeline registers
    builder
        .serde(avro.onlyFor(com.acme.shipping.ShipmentDispatched.class))
        .serde(avro.onlyFor(com.acme.orders.ShipmentDispatched.class))
        .serde(JsonSerde.factory())
        .install(OpenTelemetryTracing.of(openTelemetry))
        .install(LogContext.ofDeliveries())
        .install(MicrometerMetrics.of(meters))
        .install(Resilience.retryThenDeadLetter(3, Duration.ofMillis(200)));
  }
}
