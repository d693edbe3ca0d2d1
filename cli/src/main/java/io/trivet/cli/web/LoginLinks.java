package io.trivet.cli.web;

import io.trivet.wire.credentials.Hmac;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;

/**
 * The words of links that log in once. Whoever has the key can make one without asking the console:
 * {@code expiry (8 bytes), nonce (16), HMAC of both (32)}. Any thread.
 */
final class LoginLinks {
    static final int KEY_BYTES = 32;
    static final Duration VALID = Duration.ofMinutes(10);

    /** As many can be used within {@link #VALID}; further ones are refused until some have expired. */
    static final int MAX_USED = 1024;

    private static final String LABEL = "console login";
    private static final int HEAD_BYTES = 24;

    private final byte[] key;
    private final InstantSource clock;
    private final Map<ByteBuffer, Long> used = new HashMap<>();

    LoginLinks(byte[] key, InstantSource clock) {
        this.key = key.clone();
        this.clock = clock;
    }

    static byte[] randomKey() {
        byte[] key = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(key);
        return key;
    }

    /** A new word, valid for {@link #VALID}. */
    String word() {
        byte[] nonce = new byte[HEAD_BYTES - Long.BYTES];
        new SecureRandom().nextBytes(nonce);
        byte[] head = ByteBuffer.allocate(HEAD_BYTES)
                .putLong(clock.instant().plus(VALID).toEpochMilli())
                .put(nonce)
                .array();
        byte[] word = ByteBuffer.allocate(HEAD_BYTES + Hmac.BYTES)
                .put(head)
                .put(Hmac.of(key, LABEL, head))
                .array();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(word);
    }

    /** Whether this word logs in; at most once for each word. */
    synchronized boolean redeem(String text) {
        byte[] word;
        try {
            word = Base64.getUrlDecoder().decode(text);
        } catch (IllegalArgumentException _) {
            return false;
        }
        if (word.length != HEAD_BYTES + Hmac.BYTES) {
            return false;
        }
        byte[] head = Arrays.copyOf(word, HEAD_BYTES);
        if (!Hmac.same(Hmac.of(key, LABEL, head), Arrays.copyOfRange(word, HEAD_BYTES, word.length))) {
            return false;
        }
        Instant now = clock.instant();
        long expiry = ByteBuffer.wrap(head).getLong();
        // No honest word is valid for longer: a clock that was set back would keep it in the table.
        if (expiry <= now.toEpochMilli() || expiry > now.plus(VALID).toEpochMilli()) {
            return false;
        }
        used.values().removeIf(end -> end <= now.toEpochMilli());
        return used.size() < MAX_USED && used.putIfAbsent(ByteBuffer.wrap(head), expiry) == null;
    }
}
