package io.trivet.node;

import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import io.trivet.wire.Hmac;
import io.trivet.wire.Seal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The cluster's one root key, on masters only, in the file {@code cluster.key} (0600) of their data directory and nowhere else. Whatever secret rests in
 * the namespace (users' secrets, the authority's private key) is wrapped under it, so that log, snapshots and backups hold nothing bare; what changes by
 * itself (the keys of chunk tokens) is derived from it and rests nowhere. Any thread.
 *
 * <pre>
 *   cluster.key    one line: "trivet-cluster-key 1 " and 64 hexadecimal digits
 * </pre>
 */
final class ClusterKey {
    static final int BYTES = 32;
    private static final String FILE = "cluster.key";
    private static final String HEAD = "trivet-cluster-key 1 ";
    private static final Pattern LINE = Pattern.compile(HEAD + "[0-9a-f]{" + 2 * BYTES + "}");

    private final byte[] root;

    private ClusterKey(byte[] root) {
        this.root = root;
    }

    static ClusterKey random() {
        byte[] root = new byte[BYTES];
        new SecureRandom().nextBytes(root);
        return new ClusterKey(root);
    }

    /** The key as another master sent it; throws {@code BAD_REQUEST} for bytes that are none. */
    static ClusterKey of(byte[] root) {
        if (root.length != BYTES) {
            throw TrivetException.of(
                    Refusal.Kind.BAD_REQUEST, FILE, "a key has " + BYTES + " bytes, not " + root.length);
        }
        return new ClusterKey(root.clone());
    }

    static Path in(Path data) {
        return data.resolve(FILE);
    }

    /** Empty where this node has none; throws {@code CORRUPT} where it is damaged, {@code DENIED} where others on this server can read it. */
    static Optional<ClusterKey> read(Path data) throws IOException {
        Path file = in(data);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        SecretFile.requirePrivate(file);
        String line = Files.readString(file).strip();
        // What the file holds is never repeated: it may be the key.
        if (!LINE.matcher(line).matches()) {
            throw TrivetException.of(Refusal.Kind.CORRUPT, file.toString(), "it is no cluster key");
        }
        return Optional.of(of(HexFormat.of().parseHex(line.substring(HEAD.length()))));
    }

    /** Durable on return, and readable for the owner of the process alone. */
    void write(Path data) throws IOException {
        SecretFile.write(in(data), HEAD + HexFormat.of().formatHex(root) + "\n");
    }

    /** For secrets that rest in the namespace; {@code purpose} is "user", "authority", and so on. */
    Seal wrapping(String purpose) {
        return new Seal(root, "wrap " + purpose);
    }

    /** A key for one purpose and one occasion of it; it says nothing about the root or about others. */
    byte[] derive(String purpose, byte[]... occasion) {
        return Hmac.of(root, "trivet derive " + purpose, occasion);
    }

    /** For the way to a new master. */
    byte[] bytes() {
        return root.clone();
    }

    @Override
    public String toString() {
        return "cluster key";
    }
}
