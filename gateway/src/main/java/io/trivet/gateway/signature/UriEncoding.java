package io.trivet.gateway.signature;

import io.trivet.gateway.error.S3Error;
import io.trivet.gateway.error.S3Exception;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Percent-encoding as S3 signs it: all but the unreserved characters of RFC 3986, in upper-case hexadecimal. */
public final class UriEncoding {
    private static final String HEX = "0123456789ABCDEF";

    private UriEncoding() {}

    /** The whole, slashes included. */
    public static String encode(String text) {
        return encode(text, false);
    }

    /** All but slashes. */
    public static String encodePath(String path) {
        return encode(path, true);
    }

    private static String encode(String text, boolean keepsSlashes) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        StringBuilder encoded = new StringBuilder(bytes.length + 16);
        for (byte each : bytes) {
            char c = (char) (each & 0xff);
            if (isUnreserved(c) || (keepsSlashes && c == '/')) {
                encoded.append(c);
            } else {
                encoded.append('%').append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 15));
            }
        }
        return encoded.toString();
    }

    private static boolean isUnreserved(char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || "-._~".indexOf(c) >= 0;
    }

    /** Of a path: a plus sign is a plus sign. Throws {@code InvalidURI} for what is no UTF-8. */
    public static String decodePath(String raw) {
        return decode(raw, false);
    }

    /** Of a name or value in a query: a plus sign is a space. Throws {@code InvalidURI} for what is no UTF-8. */
    public static String decodeQuery(String raw) {
        return decode(raw, true);
    }

    private static String decode(String raw, boolean plusIsSpace) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(raw.length());
        for (int at = 0; at < raw.length(); at++) {
            char c = raw.charAt(at);
            if (c == '%') {
                bytes.write(hex(raw, at + 1) << 4 | hex(raw, at + 2));
                at += 2;
            } else if (c == '+' && plusIsSpace) {
                bytes.write(' ');
            } else if (c < 0x80) {
                bytes.write(c);
            } else {
                int end = Character.isHighSurrogate(c) ? Math.min(at + 2, raw.length()) : at + 1;
                bytes.writeBytes(raw.substring(at, end).getBytes(StandardCharsets.UTF_8));
                at = end - 1;
            }
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes.toByteArray()))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new S3Exception(S3Error.INVALID_URI, "The URI is not UTF-8 in percent-encoding.", e);
        }
    }

    private static int hex(String raw, int at) {
        int digit = at < raw.length() && raw.charAt(at) < 0x80 ? Character.digit(raw.charAt(at), 16) : -1;
        if (digit < 0) {
            throw new S3Exception(S3Error.INVALID_URI, "A percent sign in the URI is not followed by two digits.");
        }
        return digit;
    }

    /** A name of a header as it is compared and signed. */
    static String lower(String name) {
        return name.toLowerCase(Locale.ROOT);
    }
}
