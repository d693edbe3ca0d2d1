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
 * @param keyring the secrets derived from them, or received
 * @param tokenKeys the keys of the tokens for chunks
 * @param credentials the node's proof of its identity
 */
public record NodeKeys(
        TrustedAuthorities trustedAuthorities,
        ClusterKeyStore clusterKeys,
        Keyring keyring,
        TokenKeys tokenKeys,
        NodeCredentials credentials) {
    private static final Logger LOG = LoggerFactory.getLogger(NodeKeys.class);

    /**
     * Opens the keys in the node's data directory; trusts the authorities that its stored view
     * names.
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
     * Throws if a master has no keys of the cluster: as the leader it would lock out every caller.
     * One that has only older keys gets the present ones from another master.
     */
    public void requireForMaster() {
        if (!clusterKeys.lacksCurrent()) {
            clusterKeys.required();
        }
    }
}
