package io.trivet.wire.credentials;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The keys and signatures of AWS4-HMAC-SHA256 for S3. A key is derived from a secret for one day and
 * one region; neither the secret nor the key of another day follows from it. Any thread.
 */
public final class SignatureV4 {
    /** How a text that is signed begins. */
    public static final String ALGORITHM = "AWS4-HMAC-SHA256";

    /** How a scope ends: this service, and this form of signature. */
    public static final String SCOPE_END = "/s3/aws4_request";

    private static final String MAC = "HmacSHA256";

    private SignatureV4() {}

    /**
     * Derives the key of a day and a region by the chain of HMACs that AWS prescribes.
     *
     * @param date as in {@code 20261129}
     */
    public static byte[] key(String secret, String date, String region) {
        byte[] key = ("AWS4" + secret).getBytes(StandardCharsets.UTF_8);
        for (String part : new String[] {date, region, "s3", "aws4_request"}) {
            key = hmac(key, part);
        }
        return key;
    }

    /** In hexadecimal, as it stands in requests. */
    public static String sign(byte[] key, String text) {
        return HexFormat.of().formatHex(hmac(key, text));
    }

    /** Takes the same time wherever they differ. */
    public static boolean same(String one, String other) {
        return MessageDigest.isEqual(one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] hmac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance(MAC);
            mac.init(new SecretKeySpec(key, MAC));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + MAC, e);
        }
    }
}
