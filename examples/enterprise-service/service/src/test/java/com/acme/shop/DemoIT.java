package com.acme.shop;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The jar, in a process of its own, as production runs and stops it. */
@Timeout(240)
class DemoIT {
  @Test
  void allHappens_thatTheDemonstrationShows() throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();

    boolean isGood = Demo.run(Path.of("target/service-1.jar"), new PrintStream(out, true, UTF_8));

    assertThat(isGood).as(out.toString(UTF_8)).isTrue();
  }
}
