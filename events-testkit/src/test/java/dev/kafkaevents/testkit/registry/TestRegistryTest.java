package dev.kafkaevents.testkit.registry;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Call for call what Confluent's registry answers: status, error code and the fields in use. */
@Timeout(60)
class TestRegistryTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final String V1 =
      "{'type':'record','name':'R','fields':[{'name':'a','type':'int'}]}";
  private static final String V2 =
      "{'type':'record','name':'R','fields':[{'name':'a','type':'int'},{'name':'b','type':'int','default':0}]}";
  private static final String BREAKING =
      "{'type':'record','name':'R','fields':[{'name':'c','type':'int'}]}";

  private final HttpClient client = HttpClient.newHttpClient();
  private final TestRegistry registry = TestRegistry.start();

  @AfterEach
  void close() {
    registry.close();
  }

  private record Said(int status, String text) {
    JsonNode json() {
      try {
        return MAPPER.readTree(text);
      } catch (IOException e) {
        throw new AssertionError(text, e);
      }
    }

    int code() {
      return json().path("error_code").asInt();
    }
  }

  private Said call(String method, String path, String body) throws Exception {
    HttpResponse<String> response =
        client.send(
            HttpRequest.newBuilder(URI.create(registry.url() + path))
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(response.headers().firstValue("Content-Type"))
        .hasValue("application/vnd.schemaregistry.v1+json");
    return new Said(response.statusCode(), response.body());
  }

  private Said get(String path) throws Exception {
    return call("GET", path, "");
  }

  private Said post(String path, String schema) throws Exception {
    ObjectNode body = MAPPER.createObjectNode().put("schema", schema.replace('\'', '"'));
    return call("POST", path, body.toString());
  }

  private void is(Said said, int status, int code) {
    assertThat(said.status()).as(said.text()).isEqualTo(status);
    assertThat(said.code()).isEqualTo(code);
  }

  @Test
  void anEmptyOne() throws Exception {
    assertThat(get("/").text()).isEqualTo("{}");
    assertThat(get("/subjects").text()).isEqualTo("[]");
    assertThat(get("/schemas/types").text()).isEqualTo("[\"AVRO\"]");
    assertThat(get("/config").text()).isEqualTo("{\"compatibilityLevel\":\"BACKWARD\"}");
    assertThat(get("/mode").text()).isEqualTo("{\"mode\":\"READWRITE\"}");
    assertThat(get("/associations/resources/-/orders").text()).isEqualTo("[]");
    is(get("/subjects/s/versions"), 404, 40401);
    is(get("/subjects/s/versions/1"), 404, 40401);
    is(get("/subjects/s/versions/latest"), 404, 40401);
    is(get("/schemas/ids/1"), 404, 40403);
    is(get("/schemas/ids/1/schema"), 404, 40403);
    is(get("/schemas/guids/00000000-0000-0000-0000-000000000000"), 404, 40403);
    is(post("/subjects/s", V1), 404, 40401);
    is(call("DELETE", "/subjects/s", ""), 404, 40401);
    is(get("/nothing/here"), 404, 404);
    is(post("/compatibility/subjects/s/versions/latest", V1), 404, 40401);
    assertThat(post("/compatibility/subjects/s/versions", V1).json().get("is_compatible"))
        .isEqualTo(MAPPER.getNodeFactory().booleanNode(true));
  }

  @Test
  void registering() throws Exception {
    Said first = post("/subjects/s/versions", V1);
    assertThat(first.json().get("id").asInt()).isEqualTo(1);
    assertThat(first.json().get("version").asInt()).isEqualTo(1);
    assertThat(first.json().get("guid").asText()).hasSize(36);
    assertThat(first.json().get("schema").asText()).isEqualTo(V1.replace('\'', '"'));
    assertThat(post("/subjects/s/versions", V1).text()).isEqualTo(first.text());
    assertThat(post("/subjects/s/versions", " " + V1.replace(",", " , ")).json().get("id").asInt())
        .isEqualTo(1);
    assertThat(post("/subjects/t/versions", V1).json().get("id").asInt()).isEqualTo(1);
    assertThat(post("/subjects/s/versions", V2).json().get("id").asInt()).isEqualTo(2);
    is(post("/subjects/s/versions", BREAKING), 409, 40901);
    is(post("/subjects/s/versions", "{'type':'nonsense'}"), 422, 42201);
    is(call("POST", "/subjects/s/versions", "{broken"), 400, 400);
    assertThat(post("/subjects/a%2Fb/versions", V1).status()).isEqualTo(200);
    assertThat(get("/subjects").text()).isEqualTo("[\"a/b\",\"s\",\"t\"]");
  }

  @Test
  void finding() throws Exception {
    JsonNode first = post("/subjects/s/versions", V1).json();
    post("/subjects/s/versions", V2);

    assertThat(post("/subjects/s", V1).json().get("version").asInt()).isEqualTo(1);
    is(post("/subjects/s", BREAKING), 404, 40403);
    assertThat(get("/subjects/s/versions").text()).isEqualTo("[1,2]");
    assertThat(get("/subjects/s/versions/2").json().get("id").asInt()).isEqualTo(2);
    assertThat(get("/subjects/s/versions/latest").json().get("version").asInt()).isEqualTo(2);
    assertThat(get("/subjects/s/versions/-1").json().get("version").asInt()).isEqualTo(2);
    assertThat(get("/subjects/s/versions/1/schema").text()).isEqualTo(V1.replace('\'', '"'));
    is(get("/subjects/s/versions/9"), 404, 40402);
    is(get("/subjects/s/versions/abc"), 422, 42202);
    is(get("/subjects/s/versions/0"), 422, 42202);
    JsonNode byId = get("/schemas/ids/1").json();
    assertThat(byId.get("schema").asText()).isEqualTo(V1.replace('\'', '"'));
    assertThat(byId.get("subject").asText()).isEqualTo("s");
    assertThat(get("/schemas/ids/1/schema").text()).isEqualTo(V1.replace('\'', '"'));
    assertThat(get("/schemas/ids/1/subjects").text()).isEqualTo("[\"s\"]");
    assertThat(get("/schemas/ids/1/versions").text())
        .isEqualTo("[{\"subject\":\"s\",\"version\":1}]");
    assertThat(get("/schemas/guids/" + first.get("guid").asText()).json().get("schema").asText())
        .isEqualTo(V1.replace('\'', '"'));
    is(get("/schemas/ids/2147483647"), 404, 40403);
  }

  @Test
  void compatibility() throws Exception {
    post("/subjects/s/versions", V1);

    String path = "/compatibility/subjects/s/versions";
    assertThat(post(path + "/latest", V2).text()).isEqualTo("{\"is_compatible\":true}");
    assertThat(post(path + "/latest", BREAKING).text()).isEqualTo("{\"is_compatible\":false}");
    assertThat(post(path + "/1?verbose=true", BREAKING).json().get("messages")).isNotEmpty();
    assertThat(post(path + "?verbose=true", V2).json().get("messages")).isEmpty();
    is(post(path + "/7", V2), 404, 40402);
    is(post(path + "/latest", "{'type':'nonsense'}"), 422, 42201);
    is(get(path + "/latest"), 404, 404);
  }

  @Test
  void levels() throws Exception {
    post("/subjects/s/versions", V2);

    is(get("/config/s"), 404, 40408);
    assertThat(get("/config/s?defaultToGlobal=true").text()).contains("BACKWARD");
    assertThat(call("PUT", "/config/s", "{\"compatibility\":\"FORWARD\"}").text())
        .isEqualTo("{\"compatibility\":\"FORWARD\"}");
    assertThat(get("/config/s").text()).isEqualTo("{\"compatibilityLevel\":\"FORWARD\"}");
    is(post("/subjects/s/versions", BREAKING), 409, 40901);
    assertThat(call("DELETE", "/config/s", "").text()).contains("FORWARD");
    is(get("/config/s"), 404, 40408);
    is(call("PUT", "/config", "{\"compatibility\":\"SOME\"}"), 422, 42203);
    assertThat(call("PUT", "/config", "{\"compatibility\":\"NONE\"}").status()).isEqualTo(200);
    assertThat(post("/subjects/s/versions", BREAKING).status()).isEqualTo(200);
    call("PUT", "/config", "{\"compatibility\":\"BACKWARD_TRANSITIVE\"}");
    is(post("/subjects/s/versions", V1), 409, 40901);
  }

  @Test
  void modes() throws Exception {
    post("/subjects/s/versions", V1);

    is(get("/mode/s"), 404, 40409);
    assertThat(get("/mode/s?defaultToGlobal=true").text()).contains("READWRITE");
    assertThat(call("PUT", "/mode/s", "{\"mode\":\"READONLY\"}").status()).isEqualTo(200);
    is(post("/subjects/s/versions", V2), 422, 42205);
    assertThat(post("/subjects/s/versions", V1).status()).isEqualTo(200);
    assertThat(call("DELETE", "/mode/s", "").text()).contains("READONLY");
    is(call("PUT", "/mode", "{\"mode\":\"ODD\"}"), 422, 42204);
  }

  @Test
  void deleting() throws Exception {
    post("/subjects/s/versions", V1);
    post("/subjects/s/versions", V2);

    is(call("DELETE", "/subjects/s?permanent=true", ""), 404, 40405);
    assertThat(call("DELETE", "/subjects/s/versions/1", "").text()).isEqualTo("1");
    is(get("/subjects/s/versions/1"), 404, 40402);
    assertThat(call("DELETE", "/subjects/s", "").text()).isEqualTo("[2]");
    is(get("/subjects/s/versions"), 404, 40401);
    assertThat(get("/subjects?deleted=true").text()).isEqualTo("[\"s\"]");
    assertThat(get("/schemas/ids/1").status()).isEqualTo(200);
    assertThat(post("/subjects/s/versions", V1).json().get("version").asInt()).isEqualTo(3);
    call("DELETE", "/subjects/s", "");
    assertThat(call("DELETE", "/subjects/s?permanent=true", "").text()).isEqualTo("[1,2,3]");
  }

  @Test
  void references() throws Exception {
    post("/subjects/r/versions", V1);
    String body =
        "{\"schema\":\"{\\\"type\\\":\\\"array\\\",\\\"items\\\":\\\"R\\\"}\",\"references\":"
            + "[{\"name\":\"R\",\"subject\":\"r\",\"version\":1}]}";
    assertThat(call("POST", "/subjects/s/versions", body).json().get("id").asInt()).isEqualTo(2);
    assertThat(get("/schemas/ids/2").json().get("references")).hasSize(1);
    assertThat(call("POST", "/subjects/s", body).json().get("version").asInt()).isEqualTo(1);
    is(call("DELETE", "/subjects/r", ""), 422, 42206);
    is(call("POST", "/subjects/u/versions", body.replace("\"r\"", "\"q\"")), 422, 42201);
  }

  @Test
  void contexts() throws Exception {
    post("/subjects/s/versions", V1);
    post("/subjects/:.other:s/versions", V2);

    assertThat(get("/schemas/ids/1?subject=:.other:").json().get("schema").asText())
        .isEqualTo(V2.replace('\'', '"'));
    assertThat(get("/schemas/ids/1").json().get("schema").asText())
        .isEqualTo(V1.replace('\'', '"'));
  }
}
