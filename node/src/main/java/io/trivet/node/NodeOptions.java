package io.trivet.node;

import io.trivet.model.Address;
import io.trivet.model.ChunkSize;
import io.trivet.model.NodeId;
import io.trivet.wire.credentials.TrustSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How a node is started.
 *
 * @param data the node's own directory: its identity, the quorum's log, and its first disk
 * @param disks further disks for chunks; none is usual. At a restart those that the node does not
 *     have yet are formatted and added
 * @param listen where it listens; may be empty at a restart, which uses the address of before.
 * @param maintenanceSettings how often it looks after its chunks
 * @param http where it serves metrics and health over HTTP; nowhere where empty
 * @param clock of this machine
 */
public record NodeOptions(
        Path data,
        List<Path> disks,
        Optional<Address> listen,
        Start start,
        MaintenanceSettings maintenanceSettings,
        Optional<Address> http,
        InstantSource clock) {
    public NodeOptions {
        disks = List.copyOf(disks);
    }

    /** Without HTTP. */
    public NodeOptions(
            Path data,
            List<Path> disks,
            Optional<Address> listen,
            Start start,
            MaintenanceSettings maintenanceSettings,
            InstantSource clock) {
        this(data, disks, listen, start, maintenanceSettings, Optional.empty(), clock);
    }

    /** The same, with HTTP there. */
    public NodeOptions withHttp(Optional<Address> where) {
        return new NodeOptions(data, disks, listen, start, maintenanceSettings, where, clock);
    }

    /** With the system's clock. */
    public NodeOptions(
            Path data,
            List<Path> disks,
            Optional<Address> listen,
            Start start,
            MaintenanceSettings maintenanceSettings) {
        this(data, disks, listen, start, maintenanceSettings, InstantSource.system());
    }

    /** With the usual upkeep. */
    public NodeOptions(Path data, List<Path> disks, Optional<Address> listen, Start start) {
        this(data, disks, listen, start, MaintenanceSettings.USUAL);
    }

    /** Whether the node is new, and to what. */
    public sealed interface Start {
        /**
         * The first node of a new cluster. Refused where the directory holds a node already.
         *
         * @param replicas R; 0 stands for "1 while alone, 2 from the second node on"
         * @param plaintext for all its life the cluster neither encrypts its connections nor asks who is at their ends
         * @param trash how long removed and replaced files can be restored; zero for not at all
         */
        record Init(int replicas, ChunkSize chunkSize, boolean plaintext, Duration trash) implements Start {
            /** A day: long enough for second thoughts. */
            public static final Duration USUAL_TRASH = Duration.ofHours(24);

            /** Under TLS and without a trash. */
            public Init(int replicas, ChunkSize chunkSize) {
                this(replicas, chunkSize, false, Duration.ZERO);
            }
        }

        /** A new node of the cluster that issued this token. */
        record Join(String token) implements Start {}

        /**
         * The node that the directory holds.
         *
         * @param forgotten further disks that are gone for good: the node does not look for them
         *     any more
         * @param peers where other nodes are to be tried, which moved while this one did
         * @param authority whom to believe from now on: for a node that was off for all the time in
         *     which the cluster's keys were changed
         */
        record Restart(List<Path> forgotten, Map<NodeId, Address> peers, Optional<TrustSettings> authority)
                implements Start {
            public Restart {
                forgotten = List.copyOf(forgotten);
                peers = Map.copyOf(peers);
            }

            public Restart(List<Path> forgotten, Map<NodeId, Address> peers) {
                this(forgotten, peers, Optional.empty());
            }

            /** With the others where they were. */
            public Restart(List<Path> forgotten) {
                this(forgotten, Map.of());
            }

            /** With all its disks. */
            public Restart() {
                this(List.of());
            }
        }
    }
}
