package io.trivet.gateway.key;

import java.nio.charset.StandardCharsets;

/**
 * Strings of which each character stands for one byte of UTF-8, so that they compare as S3 compares
 * keys: Java compares UTF-16, which puts U+FFFF before what is beyond it.
 */
final class ByteOrder {
    /** A byte that no text has: what ends with it comes after all that begins with what is before it. */
    static final char BEYOND = 0xff;

    private ByteOrder() {}

    static String bytes(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    static String text(String bytes) {
        return new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }
}
