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
 * The cluster's keys on a master. Of several versions, the one of the authority that this node
 * trusts counts. It may be missing on a master that was down while the keys were changed, which
 * then requests it from another. Any thread.
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

    /** Empty also if the current version is missing. */
    Optional<ClusterKeys> keys() {
        return held().flatMap(held -> trustedAuthorities.now() instanceof TrustSettings.Authority authority
                ? held.as(authority)
                : Optional.of(held));
    }

    private Optional<ClusterKeys> held() {
        return Optional.ofNullable(keys);
    }

    /** Whether this master has keys, but not the current ones. */
    public boolean lacksCurrent() {
        return keys != null && keys().isEmpty();
    }

    /**
     * The current keys. Throws {@code NO_QUORUM} if the file is gone or older than the cluster's
     * keys.
     */
    public ClusterKeys required() {
        return keys().orElseThrow(() -> TrivetException.of(
                Refusal.Kind.NO_QUORUM,
                data.toString(),
                keys == null
                        ? "this master has lost cluster-keys: copy the file from another master, and restart the node"
                        : "this master's cluster-keys are older than the cluster's: it asks another master for them"));
    }

    /** The version of an authority, for deriving keys. */
    Optional<ClusterKeys> of(TrustSettings.Authority authority) {
        return held().flatMap(held -> held.as(authority));
    }

    /**
     * The versions by which masters authenticate each other: the current one, and former ones that
     * are still valid.
     */
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
     * Takes the file from the leader; durable on return. Refuses keys without the version of the
     * trusted authority. Versions that are here already are kept, because they open older backups.
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
     * Adds another version, which nothing uses until the namespace says so; durable on return.
     * Discards what an earlier try added.
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
