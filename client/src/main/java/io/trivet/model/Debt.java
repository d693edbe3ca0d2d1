package io.trivet.model;

import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What repair still owes, in the whole cluster.
 *
 * @param owed replicas that are not at home or not there at all; a lower bound unless {@code
 *     checked}
 * @param bytes of those replicas
 * @param oldestSeconds how long the oldest has been owed; 0 where none is
 * @param surplus replicas that stand-ins and former homes hold beyond what is owed, and will let go
 * @param conflicts chunks of which nodes hold different bytes under one name: a person must look
 * @param bytesPerSecond pulled by all nodes in the last seconds
 * @param checked whether every node of the layout has compared all its slots with all others, and a
 *     census has looked for every chunk of every file, since the last event of the cluster
 * @param asOf where checked, when the oldest of these comparisons, or the census, began; else when
 *     it was last checked, null if never under this leader
 * @param reason why it is not checked; empty where it is
 * @param missing chunks of recorded files of which no node has a replica, as the last census found
 *     them; R owed replicas each
 * @param named the first of them
 */
public record Debt(
        long owed,
        long bytes,
        long oldestSeconds,
        long surplus,
        long conflicts,
        long bytesPerSecond,
        boolean checked,
        @Nullable Instant asOf,
        String reason,
        long missing,
        List<MissingChunk> named) {
    public Debt {
        named = List.copyOf(named);
    }

    /**
     * Seconds until nothing is owed at the present rate; empty while nothing moves, and where
     * something is missing that cannot be pulled from anywhere.
     */
    public OptionalLong etaSeconds() {
        if (missing > 0) {
            return OptionalLong.empty();
        }
        if (bytes == 0) {
            return owed == 0 ? OptionalLong.of(0) : OptionalLong.empty();
        }
        return bytesPerSecond == 0 ? OptionalLong.empty() : OptionalLong.of(Math.ceilDiv(bytes, bytesPerSecond));
    }

    /** The same, with these among the missing named. */
    public Debt naming(List<MissingChunk> those) {
        return new Debt(
                owed, bytes, oldestSeconds, surplus, conflicts, bytesPerSecond, checked, asOf, reason, missing, those);
    }
}
