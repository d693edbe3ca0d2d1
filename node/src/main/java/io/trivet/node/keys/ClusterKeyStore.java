package io.trivet.node.keys;

import io.trivet.authority.ClusterKeys;
import io.trivet.model.ClusterId;
import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import io.trivet.node.cluster.TrustedAuthorities;
import io.trivet.node.identity.NodeIdentity;
import io.trivet.wire.credentials.TrustSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The cluster's keys, where this node has them: a master does. Of several versions the one counts
 * whose authority this node believes; it may be missing on a master that was down while the keys
 * were changed, which then asks another one. Any thread.
 */
public final class ClusterKeyStore {
    private final Path data;
    private final ClusterId cluster;
    private final TrustedAuthorities trustedAuthorities;
    private final Supplier<Instant> now;
    private volatile @Nullable ClusterKeys keys;

    public ClusterKeyStore(Path data, NodeIdentity identity) throws IOException {
        this(data, identity.cluster(), new TrustedAuthorities(identity.trustSettings()), Instant::now);
    }

    public ClusterKeyStore(Path data, ClusterId cluster, TrustedAuthorities trustedAuthorities, Supplier<Instant> now)
            throws IOException {
        this.data = data;
        this.cluster = cluster;
        this.trustedAuthorities = trustedAuthorities;
        this.now = now;
        this.keys = ClusterKeys.in(data, cluster).orElse(null);
    }

    /** Empty as well where the version of now is missing. */
    Optional<ClusterKeys> keys() {
        return held().flatMap(held -> trustedAuthorities.now() instanceof TrustSettings.Authority authority
                ? held.as(authority)
                : Optional.of(held));
    }

    private Optional<ClusterKeys> held() {
        return Optional.ofNullable(keys);
    }

    /** Whether this is a master that has keys, and not those of now. */
    public boolean lacksCurrent() {
        return keys != null && keys().isEmpty();
    }

    /** Those of this master; throws {@code NO_QUORUM} where the file went, or is older than the keys. */
    public ClusterKeys required() {
        return keys().orElseThrow(() -> TrivetException.of(
                Refusal.Kind.NO_QUORUM,
                data.toString(),
                keys == null
                        ? "this master has lost cluster-keys: copy the file from another master, and restart the node"
                        : "this master's cluster-keys are older than the cluster's: it asks another master for them"));
    }

    /** The version of an authority, as the one to derive with. */
    Optional<ClusterKeys> of(TrustSettings.Authority authority) {
        return held().flatMap(held -> held.as(authority));
    }

    /** The versions by which masters prove to each other to be masters: that of now, and those before in their time. */
    List<ClusterKeys> accepted() {
        if (!(trustedAuthorities.now() instanceof TrustSettings.Authority authority)) {
            return keys().stream().toList();
        }
        Instant time = now.get();
        return Stream.concat(
                        Stream.of(authority),
                        authority.former().stream()
                                .filter(former -> former.until().isAfter(time))
                                .map(former -> new TrustSettings.Authority(former.fingerprint())))
                .flatMap(each -> of(each).stream())
                .toList();
    }

    /**
     * Takes the file from the leader; durable on return. Keys without the version of the authority
     * that this node believes are refused. Versions that are held already stay: they open older
     * backups.
     */
    synchronized void keep(byte[] file) throws IOException {
        ClusterKeys brought = ClusterKeys.parse(file, cluster);
        boolean known = trustedAuthorities.now() instanceof TrustSettings.Authority authority
                ? brought.has(authority)
                : held().map(held -> brought.has(held.authority().trust())).orElse(true);
        if (!known) {
            throw TrivetException.of(Refusal.Kind.DENIED, "", "these are keys of another authority");
        }
        write(brought.and(held().map(this::proven).orElse(brought)));
    }

    /**
     * Makes another version, which nothing uses until the namespace says so; durable on return.
     * What an earlier try made is thrown away.
     */
    synchronized ClusterKeys prepare() throws IOException {
        ClusterKeys prepared = proven(required()).withAnother(now.get());
        write(prepared);
        return prepared;
    }

    private ClusterKeys proven(ClusterKeys held) {
        return held.without(authority -> !trustedAuthorities.knows(authority));
    }

    private void write(ClusterKeys next) throws IOException {
        next.write(data);
        keys = next;
    }
}
