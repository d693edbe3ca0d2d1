package io.trivet.node;

import io.trivet.model.Command;
import io.trivet.model.Grant;
import io.trivet.model.Operation;
import io.trivet.model.Outcome;
import io.trivet.model.RemotePath;
import io.trivet.model.Right;
import io.trivet.model.TrivetException;
import io.trivet.node.access.JoinService;
import io.trivet.node.identity.CurrentIdentity;
import io.trivet.node.identity.NodeIdentity;
import io.trivet.node.keys.ClusterKeyStore;
import io.trivet.node.keys.FirstAdministrator;
import io.trivet.node.keys.Keyring;
import io.trivet.node.raft.OwnSeat;
import io.trivet.node.raft.RaftMember;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;

/**
 * Founds a cluster: a quorum of this node alone, the first entries of the namespace, the first
 * administrator. The identity is marked complete last, so an interrupted founding is begun again.
 */
final class ClusterFounding {
    private final CurrentIdentity identity;
    private final RaftMember raftMember;
    private final OwnSeat seat;
    private final ClusterKeyStore clusterKeys;

    ClusterFounding(CurrentIdentity identity, RaftMember raftMember, OwnSeat seat, ClusterKeyStore clusterKeys) {
        this.identity = identity;
        this.raftMember = raftMember;
        this.seat = seat;
        this.clusterKeys = clusterKeys;
    }

    void found(NodeOptions.Start.Init init) throws IOException {
        FirstAdministrator administrator = FirstAdministrator.make(identity.data());
        seat.found();
        NodeIdentity own = identity.get();
        submit(new Command.Found(
                own.cluster(),
                init.chunkSize(),
                init.replicas(),
                own.key(),
                own.address(),
                JoinService.WEIGHT,
                "",
                init.trash().toSeconds()));
        byte[] wrapped = clusterKeys
                .required()
                .wrap(
                        Keyring.purpose(administrator.name()),
                        administrator.secret().bytes());
        Grant everything = new Grant(RemotePath.ROOT, EnumSet.of(Right.ADMINISTER));
        submit(new Command.AddUser(administrator.name(), wrapped, List.of(everything)));
        identity.complete();
    }

    private void submit(Command command) {
        if (raftMember.submit(Operation.unnumbered(command)) instanceof Outcome.Refused(var refusal)) {
            throw new TrivetException(refusal);
        }
    }
}
