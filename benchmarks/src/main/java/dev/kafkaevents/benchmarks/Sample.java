package dev.kafkaevents.benchmarks;

import java.util.Arrays;

/**
 * The payload: 100 bytes of JSON. Samples are numbered from 0, and the number alone says which key
 * each has, so that whoever gets one can check it.
 */
record Sample(int number, String customer, int quantity, long cents, String note) {
  /** In the JSON all numbers have as many digits, and so all samples as many bytes. */
  private static final int FIRST = 10_000_000;

  private static final String NOTE = "leave with a porter";

  static Sample of(int index, String[] keys) {
    return of(index, keys[keyOf(index, keys.length)]);
  }

  static Sample of(int index, int keys) {
    return of(index, key(keyOf(index, keys)));
  }

  private static Sample of(int index, String customer) {
    return new Sample(FIRST + index, customer, 3, 123_456, NOTE);
  }

  /** The same in about 1,000 bytes. */
  Sample large() {
    return new Sample(number, customer, quantity, cents, NOTE + " please".repeat(128));
  }

  int index() {
    return number - FIRST;
  }

  /** As random as a key is, and the same in every run. */
  static int keyOf(int index, int keys) {
    int mixed = (index + 1) * 0x9E3779B9;
    mixed = (mixed ^ mixed >>> 15) * 0x85EBCA6B;
    return Integer.remainderUnsigned(mixed ^ mixed >>> 13, keys);
  }

  static String[] keys(int count) {
    String[] keys = new String[count];
    Arrays.setAll(keys, Sample::key);
    return keys;
  }

  private static String key(int number) {
    return "c-" + (FIRST + number);
  }
}
