package io.trivet.wire;

import io.trivet.model.Address;
import io.trivet.model.ClusterId;
import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

/**
 * One line that brings one node into a cluster: {@code trivet1.} and, in base64, the cluster, a secret and addresses to ask. The cluster keeps only
 * the secret's SHA-256.
 *
 * @param secret 32 hexadecimal digits: 128 random bits
 */
public record JoinToken(ClusterId cluster, String secret, List<Address> addresses) {
    private static final String HEAD = "trivet1.";
    private static final int MAX_TEXT = 4096;

    public JoinToken {
        addresses = List.copyOf(addresses);
        if (addresses.isEmpty()) {
            throw new IllegalArgumentException("a token names at least one address");
        }
    }

    public static JoinToken random(ClusterId cluster, List<Address> addresses) {
        byte[] secret = new byte[16];
        new SecureRandom().nextBytes(secret);
        return new JoinToken(cluster, HexFormat.of().formatHex(secret), addresses);
    }

    /** Reads a token; throws {@code BAD_REQUEST} for anything that is none. */
    public static JoinToken parse(String text) {
        String line = text.strip();
        try {
            if (line.length() > MAX_TEXT || !line.startsWith(HEAD)) {
                throw new IllegalArgumentException("it does not begin with " + HEAD);
            }
            byte[] bytes = Base64.getUrlDecoder().decode(line.substring(HEAD.length()));
            String[] fields = new String(bytes, StandardCharsets.UTF_8).split(" ", -1);
            if (fields.length < 3) {
                throw new IllegalArgumentException("it is cut short");
            }
            List<Address> addresses =
                    Arrays.stream(fields, 2, fields.length).map(Address::parse).toList();
            return new JoinToken(ClusterId.parse(fields[0]), fields[1], addresses);
        } catch (IllegalArgumentException e) {
            throw new TrivetException(
                    new Refusal(
                            Refusal.Kind.BAD_REQUEST,
                            "join token",
                            "not a token (" + e.getMessage() + "): use the whole line that 'trivet token' printed"),
                    e);
        }
    }

    /** SHA-256 of the secret in hexadecimal: what the cluster keeps and compares. */
    public String secretHash() {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(sha.digest(secret.getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** The line itself, secret included. */
    public String text() {
        StringBuilder line = new StringBuilder(cluster + " " + secret);
        addresses.forEach(address -> line.append(' ').append(address));
        return HEAD
                + Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString(line.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return "join token of cluster " + cluster;
    }
}
