package io.trivet.wire.credentials;

import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * A user's secret: {@link #MIN} to {@link #MAX} printable ASCII characters. {@link #toString} does
 * not show it.
 *
 * @param text the secret itself
 */
public record Secret(String text) {
    public static final int MIN = 16;
    public static final int MAX = 128;

    private static final int RANDOM_BYTES = 30;

    /** Throws {@code BAD_REQUEST}. The message does not contain the secret. */
    public Secret {
        boolean printable = text.chars().allMatch(c -> c > ' ' && c < 0x7f);
        if (text.length() < MIN || text.length() > MAX || !printable) {
            throw TrivetException.of(
                    Refusal.Kind.BAD_REQUEST,
                    "secret",
                    "a secret is " + MIN + " to " + MAX + " letters, digits and signs, without spaces");
        }
    }

    /** 240 random bits in 40 characters. */
    public static Secret random() {
        byte[] random = new byte[RANDOM_BYTES];
        new SecureRandom().nextBytes(random);
        return new Secret(Base64.getUrlEncoder().withoutPadding().encodeToString(random));
    }

    public byte[] bytes() {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Encrypts a new secret for the leader, under the secret of the user who sends it. */
    public static AeadCipher onTheWay(byte[] ofSender) {
        return new AeadCipher(ofSender, "secret on its way");
    }

    @Override
    public String toString() {
        return "secret";
    }
}
