package dev.kafkaevents.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.junit.jupiter.api.Test;

class ClientMetricsTest {
  private static final MetricName CONNECTIONS =
      new MetricName("connection-count", "producer-metrics", "", Map.of("client-id", "shop-1"));

  private static Map<MetricName, Metric> having(double connections) {
    return Map.of(
        CONNECTIONS,
        new Metric() {
          @Override
          public MetricName metricName() {
            return CONNECTIONS;
          }

          @Override
          public Object metricValue() {
            return connections;
          }
        });
  }

  @Test
  void clientThatTakesThePlaceOfAnother_isAsked_andNotTheOther() {
    ClientMetrics metrics = new ClientMetrics();
    assertThat(metrics.value("producer-metrics", "connection-count")).isEmpty();
    metrics.areOf(() -> having(1));
    assertThat(metrics.value("producer-metrics", "connection-count")).hasValue(1);
    metrics.areOf(() -> having(2));
    assertThat(metrics.value("producer-metrics", "connection-count")).hasValue(2);
  }

  @Test
  void clientThatIsReplacedWhileItIsAsked_isForgotten() {
    ClientMetrics metrics = new ClientMetrics();
    metrics.areOf(
        () -> {
          metrics.areOf(() -> having(2));
          return having(1);
        });
    assertThat(metrics.value("producer-metrics", "connection-count")).hasValue(1);
    assertThat(metrics.value("producer-metrics", "connection-count")).hasValue(2);
  }
}
