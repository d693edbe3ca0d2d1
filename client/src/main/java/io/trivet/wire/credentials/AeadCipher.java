package io.trivet.wire.credentials;

import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Encrypts and authenticates a few bytes: AES-256-GCM with a random nonce. Any thread.
 *
 * <pre>
 *   version(1) = 1   nonce(12)   ciphertext   tag(16)
 * </pre>
 *
 * <p>For secrets and keys, not for data: with random nonces, one key is safe for about 2^32
 * encryptions.
 */
public final class AeadCipher {
    private static final byte VERSION = 1;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final int MIN_BYTES = 1 + NONCE_BYTES + TAG_BITS / 8;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final SecretKeySpec key;

    /**
     * Derives the key from {@code root}. Ciphers for different purposes cannot open each other's
     * bytes.
     */
    public AeadCipher(byte[] root, String purpose) {
        this.key = new SecretKeySpec(Hmac.of(root, "trivet seal " + purpose), "AES");
    }

    /** Encrypts. {@code context} says what the bytes belong to; {@link #open} needs the same. */
    public byte[] close(byte[] plain, String context) {
        byte[] nonce = new byte[NONCE_BYTES];
        RANDOM.nextBytes(nonce);
        try {
            byte[] closed = cipher(Cipher.ENCRYPT_MODE, nonce, context).doFinal(plain);
            return ByteBuffer.allocate(1 + NONCE_BYTES + closed.length)
                    .put(VERSION)
                    .put(nonce)
                    .put(closed)
                    .array();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has AES-GCM", e);
        }
    }

    /**
     * Decrypts. Throws {@code CORRUPT} for bytes that were not closed with this key and context.
     */
    public byte[] open(byte[] sealed, String context) {
        if (sealed.length < MIN_BYTES || sealed[0] != VERSION) {
            throw TrivetException.of(Refusal.Kind.CORRUPT, context, "not sealed in a form that this release knows");
        }
        byte[] nonce = new byte[NONCE_BYTES];
        System.arraycopy(sealed, 1, nonce, 0, NONCE_BYTES);
        try {
            return cipher(Cipher.DECRYPT_MODE, nonce, context)
                    .doFinal(sealed, 1 + NONCE_BYTES, sealed.length - 1 - NONCE_BYTES);
        } catch (GeneralSecurityException e) {
            throw new TrivetException(
                    new Refusal(Refusal.Kind.CORRUPT, context, "it was sealed with another key, or changed since"), e);
        }
    }

    private Cipher cipher(int mode, byte[] nonce, String context) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(context.getBytes(StandardCharsets.UTF_8));
        return cipher;
    }
}
