package com.acme.shop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kafkaevents.EventsConfig;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.SystemEnvironmentPropertySource;

@ExtendWith(OutputCaptureExtension.class)
class EventsSettingsTest {
  @Test
  void whatTheEnvironmentSays_countsOverTheFile() {
    MutablePropertySources sources = new MutablePropertySources();
    sources.addLast(
        new SystemEnvironmentPropertySource(
            "systemEnvironment",
            Map.of(
                "EVENTS_CLOSE_TIMEOUT", "5s",
                "EVENTS_KAFKA_PRODUCER_LINGER_MS", "7",
                "EVENTS_PORT", "tcp://10.0.0.1:80"))); // added by platforms
    sources.addLast(
        new MapPropertySource(
            "file",
            Map.of(
                "events.application", "shop",
                "events.close-timeout", "20s",
                "events.kafka.bootstrap.servers", "localhost:9092",
                "events.kafka.producer.linger.ms", "5")));

    EventsConfig config =
        new Binder(ConfigurationPropertySources.from(sources))
            .bind("events", EventsSettings.class)
            .get()
            .toConfig();

    assertThat(config.application()).isEqualTo("shop");
    assertThat(config.closeTimeout()).isEqualTo(Duration.ofSeconds(5));
    assertThat(config.bootstrapServers()).isEqualTo("localhost:9092");
    assertThat(config.producer()).containsEntry("linger.ms", "7");
  }

  @Test
  void allThatIsWrong_isToldAtTheStart_andNoSecret(CapturedOutput output) {
    assertThatThrownBy(
            () ->
                run(
                    "--events.close-timeout=soon",
                    "--events.kafka.bootstrap.servers=http://nowhere",
                    "--events.kafka.producer.acks=1",
                    "--events.kafka.ssl.keystore.password=SECRET"))
        .isNotNull();

    assertThat(output)
        .contains(
            "APPLICATION FAILED TO START",
            "events.close-timeout",
            "kafka.bootstrap.servers",
            "kafka.producer.acks")
        .doesNotContain("SECRET");
  }

  @Test
  void namesThatAreNotThere_areRefused_withoutTheirValues(CapturedOutput output) {
    assertThatThrownBy(
            () -> run("--events.close-timout=5s", "--events.kafak.sasl.jaas.config=SECRET"))
        .isNotNull();

    assertThat(output)
        .contains(
            "APPLICATION FAILED TO START",
            "events.close-timout is not a setting",
            "events.kafak.sasl.jaas.config is not a setting")
        .doesNotContain("SECRET");
  }

  private static void run(String... settings) {
    new SpringApplicationBuilder(Shop.class).web(WebApplicationType.NONE).run(settings).close();
  }
}
