package io.trivet.wire.credentials;

import io.trivet.model.User;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a client of S3 signed to prove that it knows a user's secret: the text at the end of
 * signature version 4, which holds the time, the scope and the hash of the request. Whoever has it
 * learns no secret from it.
 *
 * <pre>
 *   AWS4-HMAC-SHA256
 *   20261129T101112Z                           the time; its day is that of the scope
 *   20261129/us-east-1/s3/aws4_request         the scope
 *   9f86d081884c7d65...                        SHA-256 of the canonical request, 64 digits
 * </pre>
 *
 * @param accessKey the user's name
 * @param texts one or two forms of it, which differ in the hash alone: a client may encode a path in
 *     two ways, and has signed one of them
 * @param signature 64 hexadecimal digits
 */
public record SignedText(String accessKey, List<String> texts, String signature) {
    private static final Pattern FORM = Pattern.compile(
            "AWS4-HMAC-SHA256\n(([0-9]{8})T[0-9]{6}Z)\n\\2/([A-Za-z0-9-]{1,64})/s3/aws4_request\n[0-9a-f]{64}");
    private static final Pattern SIGNATURE = Pattern.compile("[0-9a-f]{64}");
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'");
    private static final int HASH_DIGITS = 64;

    /** Throws {@link IllegalArgumentException} for what has another form. */
    public SignedText {
        User.checkName(accessKey);
        texts = List.copyOf(texts);
        if (texts.isEmpty() || texts.size() > 2 || !SIGNATURE.matcher(signature).matches()) {
            throw new IllegalArgumentException("a signed text is one text or two, and a signature");
        }
        String head = head(texts.getFirst());
        for (String text : texts) {
            if (!FORM.matcher(text).matches() || !head(text).equals(head)) {
                throw new IllegalArgumentException("not a text that signature version 4 of S3 signs");
            }
        }
        timeOf(texts.getFirst());
    }

    private static String head(String text) {
        return text.substring(0, Math.max(0, text.length() - HASH_DIGITS));
    }

    /** When the client signed, as it says. */
    public Instant time() {
        return timeOf(texts.getFirst());
    }

    private static Instant timeOf(String text) {
        try {
            return LocalDateTime.parse(part(text, 1), TIME).toInstant(ZoneOffset.UTC);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("not a time: " + part(text, 1), e);
        }
    }

    /** The day of the scope, as in {@code 20261129}. */
    public String date() {
        return part(texts.getFirst(), 2);
    }

    /** The region of the scope, whatever the client calls it. */
    public String region() {
        return part(texts.getFirst(), 3);
    }

    private static String part(String text, int group) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalStateException("checked before");
        }
        return matcher.group(group);
    }

    /** The key that signs in this scope, if this is the user's secret. */
    public byte[] keyOf(String secret) {
        return SignatureV4.key(secret, date(), region());
    }

    /** Whether this key made the signature. Takes the same time wherever it differs. */
    public boolean isSignedBy(byte[] key) {
        boolean signed = false;
        for (String text : texts) {
            signed |= SignatureV4.same(SignatureV4.sign(key, text), signature);
        }
        return signed;
    }

    /** Without the signature, which is good for a while. */
    @Override
    public String toString() {
        return "text signed by " + accessKey + " at " + part(texts.getFirst(), 1);
    }
}
