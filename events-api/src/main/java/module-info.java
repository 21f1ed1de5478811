/** The contracts of Kafka Events: what applications write with, and what modules implement. */
module dev.kafkaevents {
  requires static transitive org.jspecify;

  exports dev.kafkaevents;
  exports dev.kafkaevents.spi;

  uses dev.kafkaevents.spi.EventsPlugin;
}
