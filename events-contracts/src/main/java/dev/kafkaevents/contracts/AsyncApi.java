package dev.kafkaevents.contracts;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Contracts as an AsyncAPI 3.0 document, for catalogues and the tools of others: a channel for each
 * topic, a message for each event with payload, headers, key and examples, an operation for who
 * sends it and each consumer that has written down its needs. The same contracts give the same
 * text.
 */
public final class AsyncApi {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final String BINDING_VERSION = "0.5.0";

  private AsyncApi() {}

  /**
   * The document, as JSON.
   *
   * @param title of the application or the company
   * @param version of the document
   */
  public static String document(String title, String version, List<Contract> contracts) {
    return Json.pretty(tree(title, version, contracts)) + "\n";
  }

  static ObjectNode tree(String title, String version, List<Contract> contracts) {
    Map<String, TreeMap<String, Contract>> byTopic = new TreeMap<>();
    for (Contract each : contracts) {
      byTopic.computeIfAbsent(each.topic(), t -> new TreeMap<>()).put(each.event(), each);
    }
    ObjectNode document = NODES.objectNode();
    document.put("asyncapi", "3.0.0");
    document.putObject("info").put("title", title).put("version", version);
    document.put("defaultContentType", "application/json");
    ObjectNode channels = document.putObject("channels");
    ObjectNode operations = document.putObject("operations");
    ObjectNode messages = document.putObject("components").putObject("messages");
    byTopic.forEach(
        (topic, ofTopic) -> {
          channels.set(id(topic), channel(topic, ofTopic));
          for (Contract each : ofTopic.values()) {
            messages.set(id(each.event()), message(each));
            addOperations(each, operations);
          }
        });
    return document;
  }

  private static ObjectNode channel(String topic, Map<String, Contract> ofTopic) {
    Contract any = ofTopic.values().iterator().next();
    ObjectNode channel = NODES.objectNode();
    channel.put("address", topic);
    ObjectNode messages = channel.putObject("messages");
    for (String event : ofTopic.keySet()) {
      messages.putObject(id(event)).put("$ref", "#/components/messages/" + id(event));
    }
    ObjectNode kafka = channel.putObject("bindings").putObject("kafka");
    kafka.put("topic", topic).put("partitions", any.partitions());
    ArrayNode policy = NODES.arrayNode();
    for (String each : Topics.policy(any).split(",", -1)) {
      policy.add(each);
    }
    kafka.putObject("topicConfiguration").set("cleanup.policy", policy);
    kafka.put("bindingVersion", BINDING_VERSION);
    return channel;
  }

  private static ObjectNode message(Contract contract) {
    ObjectNode message = NODES.objectNode();
    message.put("name", contract.event());
    String title = contract.currentSchema().document().path("title").asString("");
    if (!title.isEmpty()) {
      message.put("title", title);
    }
    boolean json = contract.terms().format() == Contract.Format.JSON;
    message.put("contentType", json ? "application/json" : "application/avro");
    ObjectNode payload = message.putObject("payload");
    payload.put(
        "schemaFormat",
        json
            ? "application/schema+json;version=draft-07"
            : "application/vnd.apache.avro;version=1.9.0");
    payload.set("schema", json ? asDraft07(contract) : contract.currentSchema().document());
    message.set("headers", headers(contract));
    ObjectNode kafka = message.putObject("bindings").putObject("kafka");
    KeyRule key = contract.terms().key();
    if (key != null) {
      ObjectNode schema = kafka.putObject("key");
      schema.put("type", "string");
      schema.put("description", "What is at " + key.from() + " of the payload.");
      addFormat(schema, key.format());
    }
    kafka.put("bindingVersion", BINDING_VERSION);
    ArrayNode examples = message.putArray("examples");
    for (Sample sample : contract.samples()) {
      if (sample.version().equals(contract.current()) && sample.value().isObject()) {
        ObjectNode example = examples.addObject();
        example.put("name", sample.name());
        example.set("headers", exampleHeaders(contract));
        example.set("payload", sample.value());
      }
    }
    return message;
  }

  /** AsyncAPI 3.0 knows draft 07; definitions are called otherwise there. */
  private static JsonNode asDraft07(Contract contract) {
    String text = Json.text(contract.currentSchema().document());
    JsonNode copy = Json.MAPPER.readTree(text.replace("\"#/$defs/", "\"#/definitions/"));
    if (copy instanceof ObjectNode object) {
      object.remove("$schema");
      JsonNode definitions = object.remove("$defs");
      if (definitions != null) {
        object.set("definitions", definitions);
      }
    }
    return copy;
  }

  private static ObjectNode headers(Contract contract) {
    ObjectNode headers = NODES.objectNode();
    headers.put("type", "object");
    ArrayNode required = NODES.arrayNode();
    ObjectNode properties = headers.putObject("properties");
    new TreeMap<>(contract.terms().headers())
        .forEach(
            (name, rule) -> {
              ObjectNode header = properties.putObject(name);
              header.put("type", "string");
              if (rule.equal() != null) {
                header.put("const", rule.equal());
              }
              addFormat(header, rule.format());
              if (rule.required()) {
                required.add(name);
              }
            });
    if (!required.isEmpty()) {
      headers.set("required", required);
    }
    return headers;
  }

  private static ObjectNode exampleHeaders(Contract contract) {
    ObjectNode headers = NODES.objectNode();
    new TreeMap<>(contract.terms().headers())
        .forEach((name, rule) -> headers.put(name, rule.sampleValue()));
    return headers;
  }

  private static void addFormat(ObjectNode schema, ValueFormat format) {
    switch (format) {
      case TEXT -> schema.put("minLength", 1);
      case INTEGER -> schema.put("pattern", "^-?[0-9]+$");
      case UUID, DATE_TIME -> schema.put("format", format.written());
    }
  }

  private static void addOperations(Contract contract, ObjectNode operations) {
    String owner = contract.terms().owner();
    addOperation(contract, operations, "send", owner == null ? "publisher" : owner);
    TreeSet<Needs> consumers = new TreeSet<>(Comparator.comparing(Needs::consumer));
    consumers.addAll(contract.needs());
    consumers.forEach(each -> addOperation(contract, operations, "receive", each.consumer()));
  }

  private static void addOperation(
      Contract contract, ObjectNode operations, String action, String who) {
    ObjectNode operation =
        operations.putObject(id(who) + "_" + action + "_" + id(contract.event()));
    operation.put("action", action);
    operation.put("summary", who + " " + action + "s " + contract.event());
    operation.putObject("channel").put("$ref", "#/channels/" + id(contract.topic()));
    operation
        .putArray("messages")
        .addObject()
        .put("$ref", "#/channels/" + id(contract.topic()) + "/messages/" + id(contract.event()));
  }

  /** As AsyncAPI allows in a name. */
  private static String id(String name) {
    return name.replaceAll("[^A-Za-z0-9_-]", "_");
  }
}
