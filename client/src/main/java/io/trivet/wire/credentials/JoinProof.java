package io.trivet.wire.credentials;

import io.trivet.model.Address;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.UUID;

/**
 * Proves to know the secret of a join token, for one connection, one node and one request. A
 * listener that knows the token's hash, which only masters do, gets the secret out of it and
 * compares hashes; to every other one it is noise. So a node that was taken over and says that it
 * leads collects nothing that would let another node in; and whoever has the hash alone, from a
 * log, cannot make a proof.
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

    /** What a proof is for: nothing else can be asked with it. */
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

    /** Whether it proves the secret that has this hash. */
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
     * What a server that is to join shows to be told how its surroundings look: which token it has,
     * and that it knows its hash. It lets nobody in, and is good on this connection alone.
     */
    public static byte[] toExamine(JoinToken token, byte[] channel) {
        byte[] id = ascii(token.id());
        byte[] proof = Hmac.of(ascii(token.secretHash()), EXAMINE_LABEL, channel);
        return ByteBuffer.allocate(id.length + proof.length).put(id).put(proof).array();
    }

    /** The id of the token that {@link #toExamine} speaks of; empty for anything else. */
    public static String examinedWith(byte[] shown) {
        return shown.length == JoinToken.ID_CHARACTERS + Hmac.BYTES
                ? new String(shown, 0, JoinToken.ID_CHARACTERS, StandardCharsets.US_ASCII)
                : "";
    }

    /** Whether it was made by somebody who knows this hash, for this channel. */
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
