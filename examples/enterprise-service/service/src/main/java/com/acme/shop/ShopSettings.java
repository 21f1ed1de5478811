package com.acme.shop;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * What is the shop's own.
 *
 * @param registry where the schemas of Avro payloads are
 * @param packing how long the warehouse takes for a parcel; there is none, so that is all it does
 */
@ConfigurationProperties("shop")
record ShopSettings(String registry, Duration packing) {}
