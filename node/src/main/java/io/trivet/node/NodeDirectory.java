package io.trivet.node;

import io.trivet.authority.NodeCertificate;
import io.trivet.model.Address;
import io.trivet.model.CallerIdentity;
import io.trivet.model.ClusterId;
import io.trivet.model.ClusterView;
import io.trivet.model.NodeId;
import io.trivet.node.cluster.KnownCluster;
import io.trivet.node.identity.NodeIdentity;
import io.trivet.node.identity.SeatDirectory;
import io.trivet.node.keys.ClusterKeyStore;
import io.trivet.node.keys.Keyring;
import io.trivet.node.keys.NodeCredentials;
import io.trivet.quorum.RatisQuorum;
import io.trivet.wire.LoginHandshake;
import io.trivet.wire.TransportSecurity;
import io.trivet.wire.credentials.TrustSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The node in a data directory, according to its files, whether or not it runs.
 *
 * @param complete whether its bootstrap was completed
 * @param disks its data directory first
 * @param certificateUntil empty in a plaintext cluster
 * @param view the newest view that it has of its cluster; empty if it has none
 * @param transportSecurity of its connections
 * @param introduction how it logs in at others, if it has no certificate
 * @param lostSeat why a former master no longer is one (rule 8); empty if it never was one, or its
 *     log is there
 */
public record NodeDirectory(
        ClusterId cluster,
        NodeId node,
        TrustSettings trustSettings,
        Address address,
        List<Path> disks,
        boolean complete,
        Optional<Instant> certificateUntil,
        Optional<ClusterView> view,
        TransportSecurity transportSecurity,
        Optional<LoginHandshake> introduction,
        Optional<String> lostSeat) {
    public NodeDirectory {
        disks = List.copyOf(disks);
    }

    /**
     * Empty if there is no node. Changes nothing. Throws like a start of the node if its files are
     * damaged.
     */
    public static Optional<NodeDirectory> of(Path data) throws IOException {
        if (!NodeIdentity.isIn(data)) {
            return Optional.empty();
        }
        NodeIdentity identity = NodeIdentity.read(data);
        NodeCredentials nodeCredentials = NodeCredentials.of(data, identity.trustSettings());
        return Optional.of(new NodeDirectory(
                identity.cluster(),
                identity.node(),
                identity.trustSettings(),
                identity.address(),
                identity.disks(),
                identity.complete(),
                nodeCredentials.certificate().map(NodeCertificate::until),
                new KnownCluster(data).view(),
                nodeCredentials.transportSecurity(),
                introduction(data, identity),
                identity.seating() == NodeIdentity.Seating.TAKEN
                        ? RatisQuorum.lostLog(SeatDirectory.of(data), identity.quorum())
                        : Optional.empty()));
    }

    private static Optional<LoginHandshake> introduction(Path data, NodeIdentity identity) throws IOException {
        if (!(identity.trustSettings() instanceof TrustSettings.Plaintext)) {
            return Optional.empty();
        }
        Keyring keyring = Keyring.open(data, new ClusterKeyStore(data, identity), identity.trustSettings());
        return Optional.of(new LoginHandshake(new CallerIdentity.OfNode(identity.node()), keyring::nodeSecret));
    }
}
