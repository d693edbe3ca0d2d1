package io.trivet.client;

import io.trivet.model.Address;
import io.trivet.model.Command;
import io.trivet.model.Debt;
import io.trivet.model.Node;
import io.trivet.wire.Connector;
import io.trivet.wire.credentials.TrustSettings;
import io.trivet.wire.protocol.Reply;
import io.trivet.wire.protocol.Request;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** {@link ClusterAdmin} by requests to the leader and the cached view. */
final class ClusterCalls implements ClusterAdmin {
    private final Connector connector;
    private final Cluster cluster;
    private final LeaderCalls leader;
    private final FollowedTrust trust;

    ClusterCalls(Connector connector, Cluster cluster, LeaderCalls leader, FollowedTrust trust) {
        this.connector = connector;
        this.cluster = cluster;
        this.leader = leader;
        this.trust = trust;
    }

    @Override
    public ClusterStatus status() {
        return cluster.status();
    }

    @Override
    public Debt debt() {
        return leader.call(new Request.GetDebt(), Reply.DebtOf.class).debt();
    }

    @Override
    public List<Address> addresses() {
        return cluster.view().nodes().stream()
                .filter(Node::isMember)
                .map(Node::address)
                .toList();
    }

    @Override
    public TrustSettings trust() {
        return trust.now();
    }

    @Override
    public Optional<TrustSettings> newTrust() {
        return trust.changed().filter(ignored -> connector.isProven());
    }

    @Override
    public void rekey(Duration overlap) {
        cluster.refresh();
        leader.call(new Request.Rekey(cluster.view().successions().size(), overlap), Reply.class);
    }

    @Override
    public void setSweeping(boolean on, @Nullable Duration grace) {
        leader.submit(new Command.SetSweeping(on, grace == null ? 0 : grace.toSeconds()));
    }

    @Override
    public void setMasterCount(int wanted) {
        leader.submit(new Command.SetMasters(wanted));
    }

    @Override
    public long backUpNamespace(Path target, Consumer<Path> check) {
        cluster.refresh();
        return new NamespaceCopy(connector, cluster).into(target, check);
    }
}
