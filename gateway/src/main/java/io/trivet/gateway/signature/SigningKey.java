package io.trivet.gateway.signature;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A key that was derived from a secret for one scope: the secret does not follow from it. */
public final class SigningKey {
    private static final String ALGORITHM = "HmacSHA256";

    private final byte[] key;

    private SigningKey(byte[] key) {
        this.key = key;
    }

    /** The chain of HMACs that AWS prescribes. */
    public static SigningKey derive(String secret, CredentialScope scope) {
        byte[] key = ("AWS4" + secret).getBytes(StandardCharsets.UTF_8);
        for (String part : new String[] {scope.date(), scope.region(), CredentialScope.SERVICE, CredentialScope.END}) {
            key = hmac(key, part);
        }
        return new SigningKey(key);
    }

    /** One that somebody else derived. */
    public static SigningKey ofBytes(byte[] derived) {
        return new SigningKey(derived.clone());
    }

    /** In hexadecimal, as it stands in requests. */
    String sign(String text) {
        return HexFormat.of().formatHex(hmac(key, text));
    }

    /** Takes the same time wherever they differ. */
    static boolean same(String one, String other) {
        return MessageDigest.isEqual(one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] hmac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key, ALGORITHM));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + ALGORITHM, e);
        }
    }

    /** Without the key. */
    @Override
    public String toString() {
        return "signing key";
    }
}
