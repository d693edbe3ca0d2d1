package io.trivet.node;

import io.trivet.model.Address;
import io.trivet.model.ChunkSize;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How a node is started.
 *
 * @param data the node's own directory: its identity, the quorum's log, and its first disk
 * @param disks further disks for chunks; none is usual. At a restart those that the node does not have yet are formatted and added
 * @param listen where it listens; may be empty at a restart, which uses the address of before.
 * @param upkeep how often it looks after its chunks
 */
public record NodeOptions(Path data, List<Path> disks, Optional<Address> listen, Start start, Upkeep upkeep) {
    public NodeOptions {
        disks = List.copyOf(disks);
    }

    /** With the usual upkeep. */
    public NodeOptions(Path data, List<Path> disks, Optional<Address> listen, Start start) {
        this(data, disks, listen, start, Upkeep.USUAL);
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
         * @param forgotten further disks that are gone for good: the node does not look for them any more
         */
        record Restart(List<Path> forgotten) implements Start {
            public Restart {
                forgotten = List.copyOf(forgotten);
            }

            /** With all its disks. */
            public Restart() {
                this(List.of());
            }
        }
    }
}
