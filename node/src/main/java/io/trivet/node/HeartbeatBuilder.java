package io.trivet.node;

import io.trivet.chunk.ChunkStore;
import io.trivet.chunk.DiskStatus;
import io.trivet.model.Address;
import io.trivet.model.ClusterView;
import io.trivet.model.Node;
import io.trivet.model.NodeId;
import io.trivet.model.RepairReport;
import io.trivet.model.ScrubReport;
import io.trivet.model.SeatReport;
import io.trivet.model.StorageReport;
import io.trivet.node.cluster.ClusterClock;
import io.trivet.node.cluster.KnownCluster;
import io.trivet.node.data.DiskCapacity;
import io.trivet.node.data.NodeStorage;
import io.trivet.node.data.StorageSnapshot;
import io.trivet.node.identity.LossEpoch;
import io.trivet.wire.protocol.Request;
import java.util.UUID;
import java.util.function.Supplier;

/** Builds a heartbeat from this node's current state. Any thread. */
final class HeartbeatBuilder {
    private final NodeId self;
    private final Address address;
    private final long addressVersion;
    private final ChunkStore store;
    private final LossEpoch lossEpoch;
    private final DiskCapacity capacity;
    private final StorageSnapshot snapshot;
    private final Reports reports;
    private final KnownCluster cluster;
    private final ClusterClock clock;
    private final String instance = UUID.randomUUID().toString();

    /** The reports of other parts that a heartbeat carries. */
    record Reports(Supplier<ScrubReport> scrub, Supplier<RepairReport> repair, Supplier<SeatReport> seat) {}

    HeartbeatBuilder(
            NodeId self,
            Address address,
            long addressVersion,
            NodeStorage storage,
            Reports reports,
            KnownCluster cluster,
            ClusterClock clock) {
        this.self = self;
        this.address = address;
        this.addressVersion = addressVersion;
        this.store = storage.store();
        this.lossEpoch = storage.lossEpoch();
        this.capacity = new DiskCapacity(store);
        this.snapshot = new StorageSnapshot(store);
        this.reports = reports;
        this.cluster = cluster;
        this.clock = clock;
    }

    Request.Heartbeat now() {
        cluster.view().flatMap(view -> view.node(self)).map(Node::lossEpoch).ifPresent(this::learnLosses);
        boolean accepts = store.disks().stream()
                .anyMatch(disk -> disk.state() == DiskStatus.State.SERVING && disk.freeBytes() > 0);
        return new Request.Heartbeat(
                self,
                address,
                cluster.version(),
                store.usedBytes(),
                store.freeBytes(),
                capacity.bytes(),
                accepts,
                lossEpoch.value(),
                reports.scrub().get(),
                reports.repair().get(),
                reports.seat().get(),
                cluster.view().map(ClusterView::chunkSize).map(snapshot::report).orElse(StorageReport.NONE),
                instance,
                clock.machineMs(),
                addressVersion);
    }

    /** A view from before this start may be outdated. */
    private void learnLosses(long known) {
        if (cluster.event() > 0) {
            lossEpoch.atLeastNow(known);
        } else {
            lossEpoch.atLeast(known);
        }
    }
}
