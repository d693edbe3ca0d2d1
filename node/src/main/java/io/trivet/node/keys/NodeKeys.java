package io.trivet.node.keys;

import io.trivet.model.ClusterView;
import io.trivet.node.cluster.ClusterClock;
import io.trivet.node.cluster.KnownCluster;
import io.trivet.node.cluster.TrustedAuthorities;
import io.trivet.node.identity.CurrentIdentity;
import io.trivet.wire.credentials.TrustSettings;
import java.io.IOException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys of a running node, and the authorities that it trusts.
 *
 * @param trustedAuthorities the authorities whose certificates it accepts
 * @param clusterKeys the cluster's keys, which only masters have
 * @param keyring the secrets that it derives from them or was given
 * @param tokenKeys the keys of chunk tokens
 * @param credentials the credentials with which it authenticates
 */
public record NodeKeys(
        TrustedAuthorities trustedAuthorities,
        ClusterKeyStore clusterKeys,
        Keyring keyring,
        TokenKeys tokenKeys,
        NodeCredentials credentials) {
    private static final Logger LOG = LoggerFactory.getLogger(NodeKeys.class);

    /**
     * The keys in the node's data directory; the trusted authorities follow from the stored view.
     */
    public static NodeKeys open(CurrentIdentity identity, KnownCluster cluster, ClusterClock clock) throws IOException {
        Path data = identity.data();
        TrustSettings trustSettings = identity.get().trustSettings();
        TrustedAuthorities trustedAuthorities = new TrustedAuthorities(trustSettings);
        cluster.view().ifPresent(view -> followAtStart(view, trustedAuthorities, identity));
        ClusterKeyStore clusterKeys =
                new ClusterKeyStore(data, identity.get().cluster(), trustedAuthorities, clock::now);
        return new NodeKeys(
                trustedAuthorities,
                clusterKeys,
                Keyring.open(data, clusterKeys, trustSettings),
                new TokenKeys(clusterKeys, System::nanoTime, clock::millis),
                NodeCredentials.of(data, trustedAuthorities, clock));
    }

    private static void followAtStart(
            ClusterView view, TrustedAuthorities trustedAuthorities, CurrentIdentity identity) {
        try {
            trustedAuthorities.follow(view, identity::believe);
        } catch (IOException e) {
            LOG.warn(
                    "keys not followed node={} cause=\"{}\": tried again soon",
                    identity.get().node(),
                    e.getMessage());
        }
    }

    /**
     * A master without the cluster's keys must not start, because as the leader it could
     * authenticate nobody. One with only former keys requests the current ones from another master.
     */
    public void requireForMaster() {
        if (!clusterKeys.lacksCurrent()) {
            clusterKeys.required();
        }
    }
}
