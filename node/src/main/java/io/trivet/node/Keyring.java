package io.trivet.node;

import io.trivet.authority.ClusterKeys;
import io.trivet.authority.PrivateFile;
import io.trivet.model.NodeId;
import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import io.trivet.wire.Hmac;
import io.trivet.wire.Seal;
import io.trivet.wire.Trust;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The keys that this node knows. A master has the cluster's keys and derives the others; where there are no certificates every other node was told
 * the secret of nodes when it joined. Any thread.
 *
 * <pre>
 *   cluster's keys  masters      file cluster-keys     root of all
 *   node secret     all nodes    file node-secret      derived; plaintext only: proves that a node is one of this cluster
 *   token keys      all nodes    memory                derived: see {@link TokenKeys}
 * </pre>
 */
final class Keyring {
    private static final String NODE_SECRET = "node-secret";
    private static final String KEYS = "cluster-keys";

    private final KeySafe safe;
    private final boolean plaintext;
    private final byte @Nullable [] told;

    private Keyring(KeySafe safe, boolean plaintext, byte @Nullable [] told) {
        this.safe = safe;
        this.plaintext = plaintext;
        this.told = told;
    }

    static Keyring open(Path data, KeySafe safe, Trust trust) throws IOException {
        Path file = data.resolve(NODE_SECRET);
        byte[] told = null;
        if (Files.exists(file)) {
            PrivateFile.requirePrivate(file);
            told = HexFormat.of().parseHex(Files.readString(file).strip());
        }
        return new Keyring(safe, trust instanceof Trust.Plaintext, told);
    }

    /** What a node is told when it joins; durable on return. */
    static void keepNodeSecret(Path data, byte[] secret) throws IOException {
        String line = HexFormat.of().formatHex(secret) + "\n";
        PrivateFile.write(data.resolve(NODE_SECRET), line.getBytes(StandardCharsets.US_ASCII));
    }

    /** Throws {@code NO_QUORUM} where this node has none. */
    ClusterKeys clusterKeys() {
        return safe.required();
    }

    /** The cluster's keys on their way to a new master: TLS hides them; where it is missing, the secret of nodes does. */
    byte[] forNewMaster() {
        byte[] file = clusterKeys().file();
        return plaintext ? new Seal(nodeSecret(), KEYS).close(file, "") : file;
    }

    /** Takes them from the leader; durable on return. Throws {@code CORRUPT} or {@code DENIED} for what are not the keys of this cluster. */
    void keep(byte[] arrived) throws IOException {
        safe.keep(plaintext ? new Seal(nodeSecret(), KEYS).open(arrived, "") : arrived);
    }

    /** Whether nodes have nothing but a secret to prove themselves with. */
    boolean isPlaintext() {
        return plaintext;
    }

    /** Throws {@code DENIED} before this node was told, and where certificates say who is a node. */
    byte[] nodeSecret() {
        if (!plaintext) {
            throw TrivetException.of(
                    Refusal.Kind.DENIED, "", "nodes of this cluster prove themselves by their certificates");
        }
        if (safe.keys().isPresent()) {
            return clusterKeys().derive("node secret");
        }
        byte[] known = told;
        if (known == null) {
            throw TrivetException.of(
                    Refusal.Kind.DENIED, NODE_SECRET, "this node was not told the secret of nodes yet");
        }
        return known.clone();
    }

    /**
     * Proves to a master that whoever calls it is one as well, or is about to be: only they know the cluster's keys. Good for this connection, this caller and
     * this listener. Throws {@code NO_QUORUM} where this node has no such keys.
     */
    byte[] proofOfMaster(byte[] channel, NodeId caller, NodeId listener) {
        byte[] key = clusterKeys().derive("calls of masters");
        return Hmac.of(key, "trivet master", channel, bytes(caller), bytes(listener));
    }

    private static byte[] bytes(NodeId node) {
        return node.toString().getBytes(StandardCharsets.US_ASCII);
    }
}
