package io.trivet.wire.credentials;

import io.trivet.model.Address;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.UUID;

/**
 * Proves knowledge of a join token's secret, for one connection, one node and one request. A
 * listener that knows the token's hash, which only masters do, recovers the secret from the proof
 * and compares hashes; to all others the proof is noise. So a compromised node that claims to lead
 * collects nothing that would admit another node. The hash alone, from a log, is not enough to make
 * a proof.
 *
 * <pre>
 *   mask  = HMAC-SHA-256 under the hash of the secret, over channel, node key, address and signing request; 16 bytes of it
 *   proof = secret XOR mask
 * </pre>
 *
 * @param token its {@link JoinToken#id}
 */
public record JoinProof(String token, byte[] bytes) {
    private static final int SECRET_BYTES = 16;
    private static final String LABEL = "trivet join";
    private static final String EXAMINE_LABEL = "trivet examine";

    /** The request that a proof is bound to. */
    public record Entry(byte[] channel, UUID nodeKey, Address address, byte[] signingRequest) {
        private byte[] mask(String hash) {
            byte[] key = ByteBuffer.allocate(2 * Long.BYTES)
                    .putLong(nodeKey.getMostSignificantBits())
                    .putLong(nodeKey.getLeastSignificantBits())
                    .array();
            return Hmac.of(ascii(hash), LABEL, channel, key, ascii(address.toString()), signingRequest);
        }
    }

    public static JoinProof of(JoinToken token, Entry entry) {
        byte[] secret = HexFormat.of().parseHex(token.secret());
        return new JoinProof(token.id(), xor(secret, entry.mask(token.secretHash())));
    }

    /** Whether it proves knowledge of the secret with this hash. */
    public boolean proves(String hash, Entry entry) {
        if (bytes.length != SECRET_BYTES) {
            return false;
        }
        byte[] secret = xor(bytes, entry.mask(hash));
        return Hmac.same(ascii(JoinToken.hashOf(HexFormat.of().formatHex(secret))), ascii(hash));
    }

    private static byte[] xor(byte[] secret, byte[] mask) {
        byte[] result = secret.clone();
        for (int i = 0; i < secret.length; i++) {
            result[i] ^= mask[i];
        }
        return result;
    }

    /**
     * What a server that is to join shows to be examined: the token's id, and a proof that it knows
     * the token's hash. It admits no node and is valid only on this connection.
     */
    public static byte[] toExamine(JoinToken token, byte[] channel) {
        byte[] id = ascii(token.id());
        byte[] proof = Hmac.of(ascii(token.secretHash()), EXAMINE_LABEL, channel);
        return ByteBuffer.allocate(id.length + proof.length).put(id).put(proof).array();
    }

    /** The id of the token in {@link #toExamine}; empty if {@code shown} is no such proof. */
    public static String examinedWith(byte[] shown) {
        return shown.length == JoinToken.ID_CHARACTERS + Hmac.BYTES
                ? new String(shown, 0, JoinToken.ID_CHARACTERS, StandardCharsets.US_ASCII)
                : "";
    }

    /** Whether {@code shown} was made with this hash for this channel. */
    public static boolean mayExamine(byte[] shown, String hash, byte[] channel) {
        byte[] proof = Arrays.copyOfRange(shown, Math.min(shown.length, JoinToken.ID_CHARACTERS), shown.length);
        return Hmac.same(proof, Hmac.of(ascii(hash), EXAMINE_LABEL, channel));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Without the proof. */
    @Override
    public String toString() {
        return "proof of join token " + token;
    }
}
