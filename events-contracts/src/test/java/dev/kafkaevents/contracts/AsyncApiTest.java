package dev.kafkaevents.contracts;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Against the JSON Schema that AsyncAPI publishes for 3.0.0, as it is in
 * asyncapi/spec-json-schemas.
 */
final class AsyncApiTest {
  private static final Schema OFFICIAL = official();

  @TempDir Path directory;

  private static Schema official() {
    try (InputStream in = AsyncApiTest.class.getResourceAsStream("/asyncapi/3.0.0.json.gz");
        GZIPInputStream unzipped = new GZIPInputStream(in)) {
      JsonNode schema = Json.MAPPER.readTree(unzipped.readAllBytes());
      return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7).getSchema(schema);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private ObjectNode exported() {
    ContractCopy.of("payment-taken", directory.resolve("contracts/payment"));
    ContractCopy.of("order-placed", directory.resolve("contracts/order"))
        .write(
            "consumers/billing.needs.yaml",
            "consumer: billing\nevent: com.acme.shop.OrderPlaced\nneeds: {/total: [absent]}\n");
    return AsyncApi.tree("Acme", "1.0.0", Contract.allIn(directory.resolve("contracts")));
  }

  @Test
  void theExport_isValidByTheOfficialSchema() {
    assertThat(OFFICIAL.validate(exported())).isEmpty();
  }

  @Test
  void theOfficialSchema_wouldRefuseWhatIsWrong() {
    ObjectNode right = exported();
    ObjectNode wrong = right.deepCopy();
    ((ObjectNode) wrong.at("/channels/orders")).put("adress", "orders");
    assertThat(OFFICIAL.validate(wrong)).isNotEmpty();

    ObjectNode action = right.deepCopy();
    ((ObjectNode) action.at("/operations/shop_send_com_acme_shop_OrderPlaced"))
        .put("action", "publish");
    assertThat(OFFICIAL.validate(action)).isNotEmpty();

    ObjectNode binding = right.deepCopy();
    ((ObjectNode) binding.at("/channels/orders/bindings/kafka")).put("partitions", 0);
    assertThat(OFFICIAL.validate(binding)).isNotEmpty();
  }

  @Test
  void theExport_hasWhatTheContractsSay() {
    ObjectNode document = exported();

    assertThat(document.at("/channels/orders/address").asString()).isEqualTo("orders");
    assertThat(document.at("/channels/orders/bindings/kafka/partitions").asInt()).isEqualTo(6);
    assertThat(document.at("/operations").propertyNames())
        .containsExactly(
            "shop_send_com_acme_shop_OrderPlaced",
            "billing_receive_com_acme_shop_OrderPlaced",
            "billing_send_com_acme_billing_PaymentTaken");
    JsonNode message = document.at("/components/messages/com_acme_shop_OrderPlaced");
    assertThat(message.at("/bindings/kafka/key/format").asString()).isEqualTo("uuid");
    assertThat(message.at("/headers/properties/ce_type/const").asString()).isEqualTo("OrderPlaced");
    assertThat(message.at("/headers/required")).hasSize(2);
    assertThat(message.at("/payload/schema/properties/total/minimum").asInt()).isZero();
    assertThat(message.at("/examples")).hasSize(2);
    assertThat(
            document
                .at("/components/messages/com_acme_billing_PaymentTaken/payload/schemaFormat")
                .asString())
        .startsWith("application/vnd.apache.avro");
  }

  @Test
  void theSameContracts_giveTheSameText() {
    List<Contract> contracts = Contract.allIn(ContractCopy.ALL);
    List<Contract> otherOrder = List.of(contracts.get(1), contracts.get(0));

    assertThat(AsyncApi.document("Acme", "1", otherOrder))
        .isEqualTo(AsyncApi.document("Acme", "1", contracts));
  }

  @Test
  void theCommand_writesTheDocument() throws IOException {
    Path file = directory.resolve("asyncapi.json");
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream printed = new PrintStream(out, true, UTF_8);

    assertThat(
            ExportAsyncApi.run(printed, ContractCopy.ALL.toString(), "Acme", "1", file.toString()))
        .isZero();
    assertThat(OFFICIAL.validate(Json.MAPPER.readTree(Files.readAllBytes(file)))).isEmpty();
    assertThat(ExportAsyncApi.run(printed, "nowhere", "Acme", "1", file.toString())).isEqualTo(2);
    assertThat(ExportAsyncApi.run(printed)).isEqualTo(2);
    assertThat(out.toString(UTF_8))
        .contains("nowhere: is not a directory", "usage: ExportAsyncApi");
  }
}
