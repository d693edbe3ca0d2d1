package io.trivet.gateway.key;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/**
 * Where a list goes on.
 *
 * @param key the last that was seen; empty for the beginning
 * @param passesGroup whether it stands for all keys that begin with it
 */
public record KeyPosition(String key, boolean passesGroup) {
    public static final KeyPosition BEGIN = new KeyPosition("", false);

    /** After a key. */
    public static KeyPosition after(String key) {
        return new KeyPosition(key, false);
    }

    /** After all keys that begin with a common prefix. */
    public static KeyPosition afterGroup(String prefix) {
        return new KeyPosition(prefix, true);
    }

    String bytes() {
        return passesGroup ? ByteOrder.bytes(key) + ByteOrder.BEYOND : ByteOrder.bytes(key);
    }

    /** Opaque to clients. */
    public String token() {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(((passesGroup ? "g" : "k") + key).getBytes(StandardCharsets.UTF_8));
    }

    /** Empty for what is no token. */
    public static Optional<KeyPosition> ofToken(String token) {
        try {
            String text = new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
            return switch (text.isEmpty() ? ' ' : text.charAt(0)) {
                case 'g' -> Optional.of(afterGroup(text.substring(1)));
                case 'k' -> Optional.of(after(text.substring(1)));
                default -> Optional.empty();
            };
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }
}
