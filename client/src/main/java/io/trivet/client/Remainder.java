package io.trivet.client;

import io.trivet.model.Checksums;
import io.trivet.model.NodeId;
import io.trivet.placement.Candidates;
import io.trivet.wire.Connection;
import io.trivet.wire.Reply;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * What of an interrupted save is there already. Every chunk that a node holds or that the journal names is read again from the source: a single
 * difference, and the save must take a new id, for the old one already stands for other bytes (rule 1).
 */
final class Remainder {
    private static final Duration BUFFER_LIMIT = Duration.ofSeconds(60);

    private final Transfers transfers;
    private final OpenSave save;
    private final Map<Integer, Integer> journal;
    private final Inventory inventory;

    /**
     * A chunk that need not travel from here.
     *
     * @param holders nodes that have it, with their loss epochs; fewer than R where one of them must still forward it
     */
    record There(int crc32c, Map<NodeId, Long> holders) {}

    Remainder(Transfers transfers, OpenSave save, Map<Integer, Integer> journal, int count) {
        this.transfers = transfers;
        this.save = save;
        this.journal = journal;
        this.inventory = Inventory.of(transfers, save.file(), save.first(), count, save.token());
    }

    /** The chunks that are there, by number; empty when the source is not what it was. */
    Optional<Map<Integer, There>> compare(SourceFile source) throws IOException {
        Map<Integer, There> there = new ConcurrentHashMap<>();
        AtomicBoolean differs = new AtomicBoolean();
        transfers.forEachChunk(save.chunkSize().chunksOf(source.size()), (number, cancelled) -> {
            Map<NodeId, Reply.Held> held = heldOf(number);
            @Nullable Integer noted = journal.get(number);
            if (differs.get() || (held.isEmpty() && noted == null)) {
                return;
            }
            int length = save.chunkSize().lengthOf(number, source.size());
            int crc = checksum(source, number, length, cancelled);
            boolean same = (noted == null || noted == crc)
                    && held.values().stream().allMatch(each -> each.length() == length && each.crc32c() == crc);
            if (!same) {
                differs.set(true);
            } else if (!held.isEmpty()) {
                there.put(number, new There(crc, holders(held)));
            }
        });
        return differs.get() ? Optional.empty() : Optional.of(there);
    }

    /** In the order of candidates, so that the homes come first. */
    private Map<NodeId, Reply.Held> heldOf(int number) {
        Map<NodeId, Reply.Held> held = new LinkedHashMap<>();
        Candidates.of(save.first().plus(number - 1L), transfers.view().layouts(), transfers.cluster.nodes())
                .forEach(node -> {
                    Reply.@Nullable Held chunk = inventory.at(node).held().get(number);
                    if (chunk != null) {
                        held.put(node, chunk);
                    }
                });
        return held;
    }

    private Map<NodeId, Long> holders(Map<NodeId, Reply.Held> held) {
        Map<NodeId, Long> holders = new LinkedHashMap<>();
        held.keySet().stream()
                .limit(transfers.view().layout().replicas())
                .forEach(node -> holders.put(node, inventory.at(node).lossEpoch()));
        return holders;
    }

    private int checksum(SourceFile source, int number, int length, AtomicBoolean cancelled) throws IOException {
        ByteBuffer buffer = transfers.buffers.take(BUFFER_LIMIT);
        try {
            int crc = 0;
            for (int offset = 0; offset < length; offset += buffer.limit()) {
                Transfers.stopIf(cancelled);
                buffer.clear().limit(Math.min(Connection.PIECE_BYTES, length - offset));
                source.read(save.chunkSize().offsetOf(number) + offset, buffer);
                buffer.flip();
                crc = Checksums.combine(crc, Checksums.of(buffer), buffer.limit());
            }
            return crc;
        } finally {
            transfers.buffers.giveBack(buffer);
        }
    }
}
