package dev.kafkaevents.contracts;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Writes contracts down as an AsyncAPI document, as a step of a build.
 *
 * <pre>{@code
 * java … dev.kafkaevents.contracts.ExportAsyncApi src/main/resources/contracts Acme 1.4.0 asyncapi.json
 * }</pre>
 *
 * <p>Ends with status 0, or with 2 if that can't be done.
 */
public final class ExportAsyncApi {
  private ExportAsyncApi() {}

  /** Writes what the command line names. */
  public static void main(String... arguments) {
    int status = run(System.out, arguments);
    if (status != 0) {
      System.exit(status);
    }
  }

  static int run(PrintStream out, String... arguments) {
    if (arguments.length != 4) {
      out.println("usage: ExportAsyncApi <directory of contracts> <title> <version> <file.json>");
      return 2;
    }
    try {
      String document =
          AsyncApi.document(arguments[1], arguments[2], Contract.allIn(Path.of(arguments[0])));
      Files.write(Path.of(arguments[3]), document.getBytes(UTF_8));
      return 0;
    } catch (ContractException e) {
      out.println(e.getMessage());
    } catch (IOException e) {
      out.println(arguments[3] + " can't be written: " + e);
    }
    return 2;
  }
}
