package io.trivet.node.identity;

import io.trivet.file.AtomicFile;
import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import io.trivet.wire.protocol.Request;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.UUID;

/**
 * For plaintext clusters: the key that a node makes before it joins, in the file {@code node-key}
 * (0600). The cluster knows the public half, by which it recognises a repeated join; only the node
 * knows the private half.
 */
public record PlainNodeKey(byte[] privateHalf) {
    private static final String FILE = "node-key";

    /** Made once and durable before it is used. Throws {@code CORRUPT} if the file is damaged. */
    public static PlainNodeKey in(Path data) throws IOException {
        Path file = data.resolve(FILE);
        if (!Files.exists(file)) {
            byte[] random = new byte[Request.NODE_KEY_BYTES];
            new SecureRandom().nextBytes(random);
            AtomicFile.writePrivate(
                    file, (HexFormat.of().formatHex(random) + "\n").getBytes(StandardCharsets.US_ASCII));
        }
        String line = Files.readString(file, StandardCharsets.ISO_8859_1);
        if (!line.matches("[0-9a-f]{" + 2 * Request.NODE_KEY_BYTES + "}\\n")) {
            throw TrivetException.of(
                    Refusal.Kind.CORRUPT,
                    file.toString(),
                    "it is damaged: this node has not joined yet, so move the file aside and join again");
        }
        return new PlainNodeKey(HexFormat.of().parseHex(line.strip()));
    }

    /** The first half of the SHA-256 of the private half. */
    public UUID publicHalf() {
        return publicHalf(privateHalf);
    }

    public static UUID publicHalf(byte[] privateHalf) {
        try {
            ByteBuffer hash =
                    ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(privateHalf));
            return new UUID(hash.getLong(), hash.getLong());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
