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
 * The options with which a node is started.
 *
 * @param data the node's own directory: its identity, the quorum's log, and its first disk
 * @param disks further disks for chunks; none is usual. At a restart, new ones are formatted and
 *     added
 * @param listen where it listens; may be empty at a restart, which then uses the previous address
 * @param maintenanceSettings how often it maintains its chunks
 * @param http where it serves metrics and health over HTTP; empty for nowhere
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

    /** With the default maintenance. */
    public NodeOptions(Path data, List<Path> disks, Optional<Address> listen, Start start) {
        this(data, disks, listen, start, MaintenanceSettings.USUAL);
    }

    /** Whether the node is new, and where it belongs. */
    public sealed interface Start {
        /**
         * The first node of a new cluster. Refused if the directory holds a node already.
         *
         * @param replicas R; 0 means 1 while there is one node, 2 from the second node on
         * @param plaintext whether the cluster, for its whole life, neither encrypts nor
         *     authenticates its connections
         * @param trash how long removed and replaced files can be restored; zero for no trash
         */
        record Init(int replicas, ChunkSize chunkSize, boolean plaintext, Duration trash) implements Start {
            /** A day, long enough to notice a mistake. */
            public static final Duration USUAL_TRASH = Duration.ofHours(24);

            /** With TLS and without a trash. */
            public Init(int replicas, ChunkSize chunkSize) {
                this(replicas, chunkSize, false, Duration.ZERO);
            }
        }

        /** A new node of the cluster that issued this token. */
        record Join(String token) implements Start {}

        /**
         * The node in the directory.
         *
         * @param forgotten further disks that are permanently gone
         * @param peers additional addresses of other nodes, which moved while this node was off
         * @param authority the authority to trust from now on, for a node that was off during the
         *     whole overlap of a change of keys
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

            /** Without new addresses of other nodes. */
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
