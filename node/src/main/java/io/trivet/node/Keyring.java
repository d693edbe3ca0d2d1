package io.trivet.node;

import io.trivet.authority.ClusterKeys;
import io.trivet.authority.PrivateFile;
import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import io.trivet.wire.Reply;
import io.trivet.wire.Seal;
import io.trivet.wire.Trust;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * The keys that this node knows. A master has the cluster's keys and derives the others; every other node is told the keys of chunk tokens as they change,
 * and where there are no certificates was told the secret of nodes when it joined. Any thread.
 *
 * <pre>
 *   cluster's keys  masters      file cluster-keys     root of all
 *   node secret     all nodes    file node-secret      derived; plaintext only: proves that a node is one of this cluster
 *   token keys      all nodes    memory                derived from the cluster's keys and the period of time
 * </pre>
 */
final class Keyring {
    /** A token key signs for this long, and is good for checking one period more. */
    static final Duration PERIOD = Duration.ofHours(6);

    private static final String NODE_SECRET = "node-secret";
    private static final String KEYS = "cluster-keys";

    private final KeySafe safe;
    private final boolean plaintext;
    private final byte @Nullable [] told;
    private final Map<Long, byte[]> tokenKeys = new ConcurrentHashMap<>();

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

    /** The key that signs and checks the tokens of a period; null where it is not known, or is over or to come. */
    byte @Nullable [] tokenKey(long period) {
        if (Math.abs(period - period(System.currentTimeMillis())) > 1) {
            return null;
        }
        ClusterKeys keys = safe.keys().orElse(null);
        return keys == null ? tokenKeys.get(period) : tokenKey(keys, period);
    }

    /** Throws {@code NO_QUORUM} where this node is no master. */
    byte[] signingKey(long period) {
        return tokenKey(clusterKeys(), period);
    }

    private static byte[] tokenKey(ClusterKeys keys, long period) {
        return keys.derive("chunk tokens", Long.toString(period).getBytes(StandardCharsets.US_ASCII));
    }

    static long period(long timeMs) {
        return timeMs / PERIOD.toMillis();
    }

    /** The keys of the period before, of this one and of the next, for another node. */
    Reply.TokenKeys tokenKeys() {
        ClusterKeys keys = clusterKeys();
        long now = period(System.currentTimeMillis());
        return new Reply.TokenKeys(List.copyOf(LongStream.rangeClosed(now - 1, now + 1)
                .mapToObj(period -> new Reply.TokenKey(period, tokenKey(keys, period)))
                .toList()));
    }

    /** Whether this node has to ask for the keys of tokens: the next period's are known a whole period before. */
    boolean lacksTokenKeys() {
        return safe.keys().isEmpty() && !tokenKeys.containsKey(period(System.currentTimeMillis()) + 1);
    }

    void learn(Reply.TokenKeys keys) {
        keys.keys().forEach(key -> tokenKeys.put(key.period(), key.key()));
        long over = period(System.currentTimeMillis()) - 1;
        tokenKeys.keySet().removeIf(period -> period < over);
    }
}
