package com.acme.shop;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What is the shop's own.
 *
 * @param prefix before the names of topics and groups, on a cluster that environments share
 * @param registry where the schemas of Avro payloads are
 * @param packing how long the warehouse takes for a parcel; there is none, so that is all it does
 */
@ConfigurationProperties("shop")
record ShopSettings(@DefaultValue("") String prefix, String registry, Duration packing) {}
