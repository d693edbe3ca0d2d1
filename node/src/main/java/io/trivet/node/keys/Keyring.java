package io.trivet.node.keys;

import io.trivet.authority.ClusterKeys;
import io.trivet.file.AtomicFile;
import io.trivet.file.PrivateFiles;
import io.trivet.model.NodeId;
import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import io.trivet.wire.credentials.AeadCipher;
import io.trivet.wire.credentials.Hmac;
import io.trivet.wire.credentials.TrustSettings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The keys that this node knows. A master has the cluster's keys and derives the others. In a
 * plaintext cluster, every other node gets the secret of nodes when it joins. Any thread.
 *
 * <pre>
 *   cluster's keys  masters      file cluster-keys     root of all
 *   node secret     all nodes    file node-secret      derived; plaintext only: proves that a node belongs to this cluster
 *   token keys      all nodes    memory                derived: see {@link TokenKeys}
 * </pre>
 */
public final class Keyring {
    private static final String NODE_SECRET = "node-secret";
    private static final String KEYS = "cluster-keys";
    private static final int MAX_PROOFS = 8;

    private final ClusterKeyStore safe;
    private final boolean plaintext;
    private final byte @Nullable [] told;

    private Keyring(ClusterKeyStore safe, boolean plaintext, byte @Nullable [] told) {
        this.safe = safe;
        this.plaintext = plaintext;
        this.told = told;
    }

    /** Throws {@code CORRUPT} if the secret of nodes is damaged, unless the cluster's keys are here. */
    public static Keyring open(Path data, ClusterKeyStore safe, TrustSettings trustSettings) throws IOException {
        Path file = data.resolve(NODE_SECRET);
        byte[] told = null;
        if (Files.exists(file)) {
            PrivateFiles.requirePrivate(file);
            String line = Files.readString(file, StandardCharsets.ISO_8859_1);
            if (line.matches("[0-9a-f]{64}\\n")) {
                told = HexFormat.of().parseHex(line.strip());
            } else if (safe.keys().isEmpty()) {
                throw TrivetException.of(
                        Refusal.Kind.CORRUPT,
                        file.toString(),
                        "it is damaged: copy the file from another node that joined, chmod 600, and start the node again");
            }
        }
        return new Keyring(safe, trustSettings instanceof TrustSettings.Plaintext, told);
    }

    /** Stores the secret that a node gets when it joins; durable on return. */
    public static void keepNodeSecret(Path data, byte[] secret) throws IOException {
        String line = HexFormat.of().formatHex(secret) + "\n";
        AtomicFile.writePrivate(data.resolve(NODE_SECRET), line.getBytes(StandardCharsets.US_ASCII));
    }

    /** Throws {@code NO_QUORUM} if this node has none. */
    public ClusterKeys clusterKeys() {
        return safe.required();
    }

    /**
     * The cluster's keys for a new master; encrypted with the secret of nodes if there is no TLS.
     */
    public byte[] forNewMaster() {
        byte[] file = clusterKeys().file();
        return plaintext ? new AeadCipher(nodeSecret(), KEYS).close(file, "") : file;
    }

    /**
     * Takes the keys from the leader; durable on return. Throws {@code CORRUPT} or {@code DENIED}
     * if they are not the keys of this cluster.
     */
    public void keep(byte[] arrived) throws IOException {
        safe.keep(plaintext ? new AeadCipher(nodeSecret(), KEYS).open(arrived, "") : arrived);
    }

    /** Whether nodes authenticate with a secret only. */
    public boolean isPlaintext() {
        return plaintext;
    }

    /**
     * Throws {@code DENIED} if nodes authenticate with certificates, or this node has not got the
     * secret yet.
     */
    public byte[] nodeSecret() {
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
     * Proves to a master that the caller is a master or about to become one: only masters know the
     * cluster's keys. Valid for this connection, caller and listener. Contains one proof for each
     * valid version of the keys, because masters may have different ones shortly after a change.
     * Throws {@code NO_QUORUM} if this node has no keys.
     */
    public byte[] proofOfMaster(byte[] channel, NodeId caller, NodeId listener) {
        List<ClusterKeys> accepted = safe.accepted();
        if (accepted.isEmpty()) {
            return proof(clusterKeys(), channel, caller, listener);
        }
        ByteBuffer proofs = ByteBuffer.allocate(accepted.size() * Hmac.BYTES);
        accepted.forEach(keys -> proofs.put(proof(keys, channel, caller, listener)));
        return proofs.array();
    }

    /** Whether one of these proofs was made with a version of the keys that is valid here. */
    public boolean provesMaster(byte[] proofs, byte[] channel, NodeId caller, NodeId listener) {
        List<byte[]> expected = safe.accepted().stream()
                .map(keys -> proof(keys, channel, caller, listener))
                .toList();
        boolean proven = false;
        for (int at = 0; at + Hmac.BYTES <= Math.min(proofs.length, MAX_PROOFS * Hmac.BYTES); at += Hmac.BYTES) {
            byte[] shown = Arrays.copyOfRange(proofs, at, at + Hmac.BYTES);
            proven |= expected.stream().anyMatch(each -> Hmac.same(each, shown));
        }
        return proven;
    }

    private static byte[] proof(ClusterKeys keys, byte[] channel, NodeId caller, NodeId listener) {
        byte[] key = keys.derive("calls of masters");
        return Hmac.of(key, "trivet master", channel, bytes(caller), bytes(listener));
    }

    private static byte[] bytes(NodeId node) {
        return node.toString().getBytes(StandardCharsets.US_ASCII);
    }

    /** The purpose for which the secret of a user is wrapped. */
    public static String purpose(String name) {
        return "user " + name;
    }
}
