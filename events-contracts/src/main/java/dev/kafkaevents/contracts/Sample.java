package dev.kafkaevents.contracts;

import tools.jackson.databind.JsonNode;

/**
 * An event as it may be on the topic.
 *
 * @param version of the schema it is written with
 * @param produced whether the publisher of today must be seen to publish one of this shape
 */
record Sample(String name, String version, boolean produced, JsonNode value) {}
