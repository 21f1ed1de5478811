package dev.kafkaevents.testkit.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kafkaevents.testkit.registry.Subjects.Text;
import dev.kafkaevents.testkit.registry.Subjects.Version;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The REST interface: what is asked, and in which form the answer is. One request at a time. */
final class RegistryRoutes {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final Set<String> MODES =
      Set.of("READWRITE", "READONLY", "READONLY_OVERRIDE", "IMPORT", "FORWARD");

  private final Subjects subjects = new Subjects();

  /** The answer to a request, as JSON or, for {@code /schema}, as it is. */
  synchronized String answer(String method, String rawPath, String rawQuery, byte[] body) {
    List<String> path =
        Arrays.stream(rawPath.split("/", -1))
            .filter(part -> !part.isEmpty())
            .map(RegistryRoutes::decoded)
            .toList();
    Request request = new Request(method, path, query(rawQuery), body);
    JsonNode answer =
        switch (path.isEmpty() ? "" : path.get(0)) {
          case "subjects" -> subjects(request);
          case "schemas" -> schemas(request);
          case "compatibility" -> compatibility(request);
          case "config" -> config(request);
          case "mode" -> mode(request);
          case "associations" -> MAPPER.createArrayNode();
          case "" -> MAPPER.createObjectNode();
          default -> throw noRoute();
        };
    return answer.isTextual() && path.get(path.size() - 1).equals("schema")
        ? answer.asText()
        : answer.toString();
  }

  private record Request(String method, List<String> path, Map<String, String> query, byte[] body) {
    boolean is(String method, int length) {
      return this.method.equals(method) && path.size() == length;
    }

    boolean flag(String name) {
      return Boolean.parseBoolean(query.getOrDefault(name, "false"));
    }

    JsonNode json() {
      try {
        JsonNode json = MAPPER.readTree(new String(body, StandardCharsets.UTF_8));
        if (json.isObject()) {
          return json;
        }
      } catch (JsonProcessingException e) {
        // Refused below.
      }
      throw new RegistryError(400, "Unrecognized token, or no object");
    }
  }

  private static RegistryError noRoute() {
    return new RegistryError(404, "HTTP 404 Not Found");
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  private static Map<String, String> query(String rawQuery) {
    Map<String, String> query = new HashMap<>();
    for (String part : rawQuery.split("&", -1)) {
      int equals = part.indexOf('=');
      if (equals > 0) {
        query.put(part.substring(0, equals), decoded(part.substring(equals + 1)));
      }
    }
    return query;
  }

  private JsonNode subjects(Request request) {
    List<String> path = request.path();
    if (request.is("GET", 1)) {
      return MAPPER.valueToTree(subjects.names(request.flag("deleted")));
    }
    if (path.size() == 1) {
      throw noRoute();
    }
    String subject = path.get(1);
    if (request.is("POST", 2)) {
      return described(subjects.find(subject, parsed(request)));
    }
    if (request.is("DELETE", 2)) {
      return MAPPER.valueToTree(subjects.delete(subject, request.flag("permanent")));
    }
    if (path.size() < 3 || !path.get(2).equals("versions")) {
      throw noRoute();
    }
    if (request.is("GET", 3)) {
      return MAPPER.valueToTree(subjects.versions(subject).stream().map(v -> v.number).toList());
    }
    if (request.is("POST", 3)) {
      ParsedSchema schema = parsed(request);
      JsonNode rules = request.json().get("ruleSet");
      return described(subjects.register(subject, schema, rules));
    }
    if (request.is("GET", 4)) {
      return described(subjects.version(subject, path.get(3)));
    }
    if (request.is("DELETE", 4)) {
      return MAPPER.getNodeFactory().numberNode(subjects.delete(subject, path.get(3)));
    }
    if (request.is("GET", 5) && path.get(4).equals("schema")) {
      return MAPPER.getNodeFactory().textNode(subjects.version(subject, path.get(3)).text.schema());
    }
    throw noRoute();
  }

  private ParsedSchema parsed(Request request) {
    JsonNode body = request.json();
    JsonNode references =
        body.path("references").isArray() ? body.get("references") : MAPPER.createArrayNode();
    if (!body.path("schemaType").asText("AVRO").equals("AVRO")) {
      throw new RegistryError(42201, "Invalid schema of type " + body.path("schemaType"));
    }
    return ParsedSchema.parse(body.path("schema").asText(), references, subjects)
        .asNormalized(request.flag("normalize"));
  }

  private JsonNode schemas(Request request) {
    List<String> path = request.path();
    if (request.is("GET", 2) && path.get(1).equals("types")) {
      return MAPPER.createArrayNode().add("AVRO");
    }
    if (request.is("GET", 3) && path.get(1).equals("guids")) {
      return described(subjects.byGuid(path.get(2)));
    }
    if (path.size() < 3 || !path.get(1).equals("ids") || !request.method().equals("GET")) {
      throw noRoute();
    }
    Text text = subjects.byId(id(path.get(2)), request.query().getOrDefault("subject", ""));
    Collection<Version> versions = subjects.withId(text.id());
    return switch (path.size() == 3 ? "" : path.get(3)) {
      case "" -> {
        ObjectNode described = described(text);
        versions.stream()
            .findFirst()
            .ifPresent(v -> described.put("subject", v.subject).put("version", v.number));
        yield described;
      }
      case "schema" -> MAPPER.getNodeFactory().textNode(text.schema());
      case "subjects" -> MAPPER.valueToTree(versions.stream().map(v -> v.subject).toList());
      case "versions" -> {
        ArrayNode all = MAPPER.createArrayNode();
        versions.forEach(v -> all.addObject().put("subject", v.subject).put("version", v.number));
        yield all;
      }
      default -> throw noRoute();
    };
  }

  private static int id(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw noRoute();
    }
  }

  private JsonNode compatibility(Request request) {
    List<String> path = request.path();
    if (!request.method().equals("POST")
        || path.size() < 4
        || !path.get(1).equals("subjects")
        || !path.get(3).equals("versions")) {
      throw noRoute();
    }
    String subject = path.get(2);
    ParsedSchema schema = parsed(request);
    List<String> problems;
    if (path.size() == 4) {
      problems = subjects.problems(subject, schema);
    } else {
      Version against = subjects.version(subject, path.get(4));
      ParsedSchema earlier =
          ParsedSchema.parse(against.text.schema(), against.text.references(), subjects);
      problems = subjects.level(subject).problems(schema.schema(), List.of(earlier.schema()));
    }
    ObjectNode answer = MAPPER.createObjectNode().put("is_compatible", problems.isEmpty());
    if (request.flag("verbose")) {
      answer.set("messages", MAPPER.valueToTree(problems));
    }
    return answer;
  }

  private JsonNode config(Request request) {
    String subject = request.path().size() > 1 ? request.path().get(1) : "";
    if (request.method().equals("PUT")) {
      String level = request.json().path("compatibility").asText();
      subjects.levels.put(subject, CompatibilityLevel.parse(level));
      return MAPPER.createObjectNode().put("compatibility", level);
    }
    if (!subjects.levels.containsKey(subject)
        && !subject.isEmpty()
        && !request.flag("defaultToGlobal")) {
      throw new RegistryError(
          40408, "Subject '" + subject + "' does not have subject-level compatibility configured");
    }
    String level = subjects.level(subject).name();
    if (request.method().equals("DELETE")) {
      subjects.levels.remove(subject);
    }
    return MAPPER.createObjectNode().put("compatibilityLevel", level);
  }

  private JsonNode mode(Request request) {
    String subject = request.path().size() > 1 ? request.path().get(1) : "";
    if (request.method().equals("PUT")) {
      String mode = request.json().path("mode").asText();
      if (!MODES.contains(mode)) {
        throw new RegistryError(42204, "Invalid mode. Valid values are " + MODES);
      }
      subjects.modes.put(subject, mode);
      return MAPPER.createObjectNode().put("mode", mode);
    }
    if (!subjects.modes.containsKey(subject)
        && !subject.isEmpty()
        && !request.flag("defaultToGlobal")) {
      throw new RegistryError(
          40409, "Subject '" + subject + "' does not have subject-level mode configured");
    }
    String mode = subjects.mode(subject);
    if (request.method().equals("DELETE")) {
      subjects.modes.remove(subject);
    }
    return MAPPER.createObjectNode().put("mode", mode);
  }

  private static JsonNode described(Version version) {
    ObjectNode all =
        MAPPER.createObjectNode().put("subject", version.subject).put("version", version.number);
    all.put("id", version.text.id());
    return all.setAll(described(version.text));
  }

  private static ObjectNode described(Text text) {
    ObjectNode node =
        MAPPER
            .createObjectNode()
            .put("guid", text.guid().toString())
            .put("schemaType", "AVRO")
            .put("schema", text.schema());
    if (!text.references().isEmpty()) {
      node.set("references", text.references());
    }
    if (text.rules() != null) {
      node.set("ruleSet", text.rules());
    }
    return node.put("deleted", false);
  }

  static String error(int code, String message) {
    return MAPPER.createObjectNode().put("error_code", code).put("message", message).toString();
  }
}
