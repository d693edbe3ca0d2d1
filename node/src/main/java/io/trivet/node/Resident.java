package io.trivet.node;

import io.trivet.authority.NodeCertificate;
import io.trivet.model.Address;
import io.trivet.model.ClusterId;
import io.trivet.model.ClusterView;
import io.trivet.model.NodeId;
import io.trivet.wire.Protection;
import io.trivet.wire.Trust;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The node that lives in a directory, as its files tell it, whether or not it runs.
 *
 * @param complete whether its birth was finished
 * @param disks its data directory first
 * @param certificateUntil empty where the cluster speaks plaintext
 * @param view the newest that it was told of its cluster; empty where it was told nothing yet
 * @param protection how it speaks with others
 */
public record Resident(
        ClusterId cluster,
        NodeId node,
        Trust trust,
        Address address,
        List<Path> disks,
        boolean complete,
        Optional<Instant> certificateUntil,
        Optional<ClusterView> view,
        Protection protection) {
    public Resident {
        disks = List.copyOf(disks);
    }

    /** Empty where no node lives. Changes nothing. Throws as a start of the node would, where its files are damaged. */
    public static Optional<Resident> of(Path data) throws IOException {
        if (!NodeIdentity.isIn(data)) {
            return Optional.empty();
        }
        NodeIdentity identity = NodeIdentity.read(data);
        Passport passport = Passport.of(data, identity.trust());
        return Optional.of(new Resident(
                identity.cluster(),
                identity.node(),
                identity.trust(),
                identity.address(),
                identity.disks(),
                identity.complete(),
                passport.certificate().map(NodeCertificate::until),
                new KnownCluster(data).view(),
                passport.protection()));
    }
}
