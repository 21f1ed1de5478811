package dev.kafkaevents.serde.avro;

import static dev.kafkaevents.serde.avro.RegistryUrl.encoded;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kafkaevents.SerdeException;
import dev.kafkaevents.UnavailableException;
import dev.kafkaevents.serde.avro.RegistryConnection.Answer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * The calls of a registry that we make, and what their answers mean. Registries differ in texts,
 * content types and which fields they give, so the status decides, then the error code, and only
 * what is needed is looked at. Thread-safe.
 */
final class RegistryCalls {
  private static final int LONGEST_REASON = 1_000;

  private final RegistryConnection connection;
  private final String context;
  private final boolean normalize;

  RegistryCalls(RegistryConnection connection, @Nullable String context, boolean normalize) {
    this.connection = connection;
    this.context = context == null ? "" : ":" + context + ":";
    this.normalize = normalize;
  }

  RegisteredSchema byId(int id) {
    String what = "schema " + id;
    Answer answer =
        connection.getWhatMayLag(
            "/schemas/ids/" + id + (context.isEmpty() ? "" : "?subject=" + encoded(context)));
    return registered(id, body(answer, what), null);
  }

  RegisteredSchema byGuid(UUID guid) {
    Answer answer = connection.getWhatMayLag("/schemas/guids/" + guid);
    if (answer.status() == 404 && !answer.isAbsent()) {
      throw new SerdeException(
          "schema %s is named by its GUID, and the registry at %s has none"
              .formatted(guid, answer.from()));
    }
    JsonNode body = body(answer, "schema " + guid);
    return registered(body.path("id").asInt(0), body, null).withGuid(guid);
  }

  RegisteredSchema register(String subject, String text) {
    String what = "registering a schema under subject " + subject;
    Answer answer =
        connection.post("/subjects/" + subject(subject) + "/versions" + normalized(), body(text));
    JsonNode body = body(answer, what);
    return registered(body.path("id").asInt(), body, text);
  }

  RegisteredSchema lookup(String subject, String text) {
    String what = "a schema of that text under subject " + subject;
    Answer answer = connection.post("/subjects/" + subject(subject) + normalized(), body(text));
    JsonNode body = body(answer, what);
    return registered(body.path("id").asInt(), body, text);
  }

  RegisteredSchema latest(String subject) {
    JsonNode body = version(subject, "latest", "the latest version of subject " + subject);
    return registered(body.path("id").asInt(), body, null);
  }

  /** All that a subject has, the latest last. */
  List<RegisteredSchema> versions(String subject) {
    JsonNode numbers =
        body(
            connection.get("/subjects/" + subject(subject) + "/versions"),
            "the versions of subject " + subject);
    return StreamSupport.stream(numbers.spliterator(), false)
        .map(JsonNode::asInt)
        .sorted()
        .map(Object::toString)
        .map(number -> version(subject, number, "version " + number + " of subject " + subject))
        .map(body -> registered(body.path("id").asInt(), body, null))
        .toList();
  }

  private JsonNode version(String subject, String version, String what) {
    return body(connection.get("/subjects/" + subject(subject) + "/versions/" + version), what);
  }

  /** Against all versions that count; Karapace knows only the one against the latest. */
  List<String> incompatibilities(String subject, String text) {
    String path = "/compatibility/subjects/" + subject(subject) + "/versions";
    Answer answer = connection.post(path + "?verbose=true", body(text));
    if (answer.status() == 405 || (answer.status() == 404 && !answer.isAbsent())) {
      answer = connection.post(path + "/latest?verbose=true", body(text));
    }
    if (answer.isAbsent()) {
      return List.of(); // no subject, or no version: nothing to be compatible with
    }
    JsonNode body = body(answer, "checking a schema against subject " + subject);
    if (body.path("is_compatible").asBoolean(false)) {
      return List.of();
    }
    List<String> reasons = new ArrayList<>();
    body.path("messages").forEach(message -> reasons.add(message.asText()));
    if (reasons.isEmpty()) {
      reasons.add(body.path("reason").asText("the registry gives no reason"));
    }
    return List.copyOf(reasons);
  }

  private String subject(String subject) {
    return encoded(subject.startsWith(":") ? subject : context + subject);
  }

  private String normalized() {
    return normalize ? "?normalize=true" : "";
  }

  private static ObjectNode body(String text) {
    return JsonNodeFactory.instance.objectNode().put("schema", text);
  }

  /**
   * @param text the schema if we have sent it; an answer may leave it out
   */
  private RegisteredSchema registered(int id, JsonNode body, @Nullable String text) {
    String type = body.path("schemaType").asText("AVRO");
    if (!type.equals("AVRO")) {
      throw new SerdeException("schema " + id + " is not Avro but " + type);
    }
    Schema schema = text != null ? parse(id, text, Map.of()) : parsed(id, body);
    List<String> rules = new ArrayList<>();
    JsonNode ruleSet = body.path("ruleSet");
    for (JsonNode kind : ruleSet) {
      kind.forEach(rule -> rules.add(rule.path("name").asText("unnamed")));
    }
    RegisteredSchema registered = RegisteredSchema.of(id, schema).withRules(rules);
    String guid = body.path("guid").asText("");
    return guid.isEmpty() ? registered : registered.withGuid(UUID.fromString(guid));
  }

  private Schema parsed(int id, JsonNode body) {
    if (!body.path("schema").isTextual()) {
      throw new UnavailableException(
          "the registry has answered without a schema when asked for schema " + id);
    }
    Map<String, String> references = new LinkedHashMap<>();
    collect(body.path("references"), references);
    return parse(id, body.path("schema").asText(), references);
  }

  /** What a schema refers to, each after what it refers to itself. */
  private void collect(JsonNode references, Map<String, String> texts) {
    for (JsonNode reference : references) {
      String subject = reference.path("subject").asText();
      int version = reference.path("version").asInt();
      String key = subject + " " + version;
      if (!texts.containsKey(key)) {
        texts.put(key, ""); // before it is complete, so that a circle ends
        JsonNode body =
            version(
                subject,
                String.valueOf(version),
                "version " + version + " of subject " + subject + ", which a schema refers to,");
        collect(body.path("references"), texts);
        texts.remove(key);
        texts.put(key, body.path("schema").asText());
      }
    }
  }

  private static Schema parse(int id, String text, Map<String, String> references) {
    Schema.Parser parser = new Schema.Parser();
    parser.setValidateDefaults(false); // as written, it is in use
    try {
      references.values().forEach(parser::parse);
      return parser.parse(text);
    } catch (RuntimeException | StackOverflowError e) {
      throw new SerdeException("schema " + id + " of the registry is not a schema of Avro", e);
    }
  }

  /**
   * The body of a good answer.
   *
   * @throws SerdeException if the registry says no
   * @throws UnavailableException if it is no registry that answers
   */
  private static JsonNode body(Answer answer, String what) {
    JsonNode body = answer.body();
    if (answer.status() < 300 && body != null) {
      return body;
    }
    String said =
        "%s: the schema registry at %s answered %d%s"
            .formatted(what, answer.from(), answer.status(), reason(answer));
    boolean isNo =
        answer.isAbsent()
            || answer.status() == 400
            || answer.status() == 409
            || answer.status() == 422;
    if (isNo) {
      throw new SerdeException(said);
    }
    throw new UnavailableException(said + "; check its URL");
  }

  private static String reason(Answer answer) {
    JsonNode body = answer.body();
    String message = body == null ? "" : body.path("message").asText("");
    message = message.replaceAll("\\p{Cntrl}+", " ");
    return message.isEmpty()
        ? ""
        : ": "
            + message.substring(0, Math.min(message.length(), LONGEST_REASON))
            + " ("
            + answer.errorCode()
            + ")";
  }
}
