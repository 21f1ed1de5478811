package com.acme.shop;

import com.acme.orders.Orders;
import com.acme.shipping.Shipping;
import com.acme.shipping.Warehouse;
import dev.kafkaevents.Events;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.annotation.Bean;

/** The application: what the teams wrote, as beans. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class Shop {
  @Bean
  Orders orders(Events events) {
    return new Orders(events);
  }

  @Bean
  Shipping shipping(Events events, Warehouse warehouse) {
    return new Shipping(events, warehouse);
  }

  @Bean
  Warehouse warehouse(ShopSettings settings) {
    return (orderId, address) -> Thread.sleep(settings.packing().toMillis());
  }

  public static void main(String[] args) {
    SpringApplication.run(Shop.class, args);
  }
}
