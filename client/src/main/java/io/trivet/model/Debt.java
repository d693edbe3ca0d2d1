package io.trivet.model;

import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What repair still owes in the whole cluster.
 *
 * @param owed replicas that are not at home or do not exist; a lower bound unless {@code checked}
 * @param bytes total length of those replicas
 * @param oldestSeconds how long the oldest has been owed; 0 if nothing is owed
 * @param surplus replicas that stand-ins and former homes hold in addition and will let go
 * @param conflicts chunks of which nodes hold different bytes under one name; an operator must look
 * @param bytesPerSecond what all nodes pulled in the last seconds
 * @param checked whether, since the cluster's last event, every node of the layout has compared all
 *     its slots with all others and a census has looked for every chunk of every file
 * @param asOf if checked, when the oldest of these comparisons or the census began; else when the
 *     debt was last checked, null if never under this leader
 * @param reason why it is not checked; empty if it is
 * @param missing chunks of recorded files of which no node has a replica, as of the last census;
 *     each counts as R owed replicas
 * @param named the first of the missing chunks
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
    /** @throws IllegalArgumentException if {@code checked} and no {@code asOf} */
    public Debt {
        if (checked && asOf == null) {
            throw new IllegalArgumentException("a debt that was checked says when");
        }
        named = List.copyOf(named);
    }

    /**
     * Seconds until nothing is owed at the present rate. Empty while nothing moves, or if a chunk
     * is missing that no node can supply.
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

    /** The same debt with these missing chunks named. */
    public Debt naming(List<MissingChunk> those) {
        return new Debt(
                owed, bytes, oldestSeconds, surplus, conflicts, bytesPerSecond, checked, asOf, reason, missing, those);
    }
}
