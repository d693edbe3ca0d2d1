package io.trivet.node.identity;

import io.trivet.file.AtomicFile;
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

    /** Made once and durable before it is used. */
    public static PlainNodeKey in(Path data) throws IOException {
        Path file = data.resolve(FILE);
        if (!Files.exists(file)) {
            byte[] random = new byte[Request.NODE_KEY_BYTES];
            new SecureRandom().nextBytes(random);
            AtomicFile.writePrivate(
                    file, (HexFormat.of().formatHex(random) + "\n").getBytes(StandardCharsets.US_ASCII));
        }
        return new PlainNodeKey(HexFormat.of().parseHex(Files.readString(file).strip()));
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
