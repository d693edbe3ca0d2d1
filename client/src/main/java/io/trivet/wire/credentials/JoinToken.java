package io.trivet.wire.credentials;

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
import java.util.regex.Pattern;

/**
 * One line that admits a node to a cluster: {@code trivet2.} and, in base64, the cluster, a secret,
 * the authority to trust, and addresses. The secret itself is never sent: a new node sends a {@link
 * JoinProof}, and only to a peer with a certificate of that authority. The cluster keeps only the
 * secret's SHA-256.
 *
 * @param secret 32 hexadecimal digits: 128 random bits
 */
public record JoinToken(ClusterId cluster, String secret, TrustSettings trustSettings, List<Address> addresses) {
    private static final String HEAD = "trivet2.";
    static final int ID_CHARACTERS = 12;
    private static final int MAX_TEXT = 4096;
    private static final int FIELDS_BEFORE_ADDRESSES = 3;
    private static final Pattern SECRET = Pattern.compile("[0-9a-f]{32}");

    public JoinToken {
        addresses = List.copyOf(addresses);
        if (!SECRET.matcher(secret).matches()) {
            throw new IllegalArgumentException("its secret is not one");
        }
        if (addresses.isEmpty()) {
            throw new IllegalArgumentException("a token names at least one address");
        }
    }

    public static JoinToken random(ClusterId cluster, TrustSettings trustSettings, List<Address> addresses) {
        byte[] secret = new byte[16];
        new SecureRandom().nextBytes(secret);
        return new JoinToken(cluster, HexFormat.of().formatHex(secret), trustSettings, addresses);
    }

    /** Parses a token. Throws {@code BAD_REQUEST} if it is none. */
    public static JoinToken parse(String text) {
        String line = text.strip();
        try {
            if (line.length() > MAX_TEXT || !line.startsWith(HEAD)) {
                throw new IllegalArgumentException("it does not begin with " + HEAD);
            }
            byte[] bytes = Base64.getUrlDecoder().decode(line.substring(HEAD.length()));
            String[] fields = new String(bytes, StandardCharsets.UTF_8).split(" ", -1);
            if (fields.length < FIELDS_BEFORE_ADDRESSES + 1) {
                throw new IllegalArgumentException("it is cut short");
            }
            List<Address> addresses = Arrays.stream(fields, FIELDS_BEFORE_ADDRESSES, fields.length)
                    .map(Address::parse)
                    .toList();
            return new JoinToken(ClusterId.parse(fields[0]), fields[1], TrustSettings.parse(fields[2]), addresses);
        } catch (IllegalArgumentException e) {
            throw new TrivetException(
                    new Refusal(
                            Refusal.Kind.BAD_REQUEST,
                            "join token",
                            "not a token (" + e.getMessage() + "): use the whole line that 'trivet token' printed"),
                    e);
        }
    }

    /** SHA-256 of the secret in hexadecimal, which the cluster keeps and compares. */
    public String secretHash() {
        return hashOf(secret);
    }

    /**
     * The name by which operators list and revoke it: the first characters of {@link #secretHash}.
     */
    public String id() {
        return idOf(secretHash());
    }

    public static String idOf(String secretHash) {
        return secretHash.substring(0, ID_CHARACTERS);
    }

    public static String hashOf(String secret) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(sha.digest(secret.getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** The line, with the secret. */
    public String text() {
        StringBuilder line = new StringBuilder(cluster + " " + secret + " " + trustSettings.text());
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
