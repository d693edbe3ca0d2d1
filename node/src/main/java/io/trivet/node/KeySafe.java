package io.trivet.node;

import io.trivet.authority.ClusterKeys;
import io.trivet.model.ClusterId;
import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import io.trivet.wire.Trust;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The cluster's keys, where this node has them: a master does. Any thread. */
final class KeySafe {
    private final Path data;
    private final ClusterId cluster;
    private final Trust trust;
    private volatile @Nullable ClusterKeys keys;

    KeySafe(Path data, NodeIdentity identity) throws IOException {
        this.data = data;
        this.cluster = identity.cluster();
        this.trust = identity.trust();
        this.keys = ClusterKeys.in(data, cluster).orElse(null);
    }

    Optional<ClusterKeys> keys() {
        return Optional.ofNullable(keys);
    }

    /** Those of this master; throws {@code NO_QUORUM} where the file went. */
    ClusterKeys required() {
        return keys().orElseThrow(() -> TrivetException.of(
                Refusal.Kind.NO_QUORUM,
                data.toString(),
                "this master has lost cluster-keys: copy the file from another master, and restart the node"));
    }

    /** Takes the file from the leader; durable on return. Keys of another authority than the one this node believes are refused. */
    synchronized void keep(byte[] file) throws IOException {
        ClusterKeys brought = ClusterKeys.parse(file, cluster);
        Trust.Authority theirs = brought.authority().trust();
        boolean known = trust instanceof Trust.Plaintext || trust.equals(theirs);
        boolean same =
                keys().map(held -> held.authority().trust().equals(theirs)).orElse(true);
        if (!known || !same) {
            throw TrivetException.of(Refusal.Kind.DENIED, "", "these are keys of another authority");
        }
        brought.write(data);
        keys = brought;
    }
}
