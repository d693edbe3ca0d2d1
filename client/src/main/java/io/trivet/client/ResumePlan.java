package io.trivet.client;

import io.trivet.model.Checksums;
import io.trivet.model.ChunkId;
import io.trivet.model.NodeId;
import io.trivet.model.Sha256;
import io.trivet.placement.SlotCandidates;
import io.trivet.wire.Connection;
import io.trivet.wire.protocol.Reply;
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
 * Finds what an interrupted save has already stored. Every chunk that a node holds or the journal
 * names is read again from the source. If one differs, the save must take a new id, because the old
 * one stands for other bytes (rule 1). A chunk whose SHA-256 the node does not know, because an
 * earlier release stored it, counts as different: CRC32C alone does not prove equality.
 */
final class ResumePlan {
    private static final Duration BUFFER_LIMIT = Duration.ofSeconds(60);

    private final TransferResources transferResources;
    private final SaveInProgress save;
    private final Map<Integer, NotedSums> journal;
    private final ChunkInventory chunkInventory;

    /**
     * A chunk that need not be sent again.
     *
     * @param holders nodes that have it, with their loss epochs; if fewer than R, one of them must
     *     still forward it
     */
    record There(ContentSums sums, Map<NodeId, Long> holders) {}

    ResumePlan(TransferResources transferResources, SaveInProgress save, Map<Integer, NotedSums> journal, int count) {
        this.transferResources = transferResources;
        this.save = save;
        this.journal = journal;
        this.chunkInventory = ChunkInventory.of(transferResources, save.file(), save.first(), count, save.token());
    }

    /** The chunks that are stored, by number; empty if the source has changed. */
    Optional<Map<Integer, There>> compare(SourceFile source) throws IOException {
        Map<Integer, There> there = new ConcurrentHashMap<>();
        AtomicBoolean differs = new AtomicBoolean();
        transferResources.forEachChunk(save.chunkSize().chunksOf(source.size()), (number, cancelled) -> {
            Map<NodeId, Reply.Held> held = heldOf(number);
            @Nullable NotedSums noted = journal.get(number);
            if (differs.get() || (held.isEmpty() && noted == null)) {
                return;
            }
            int length = save.chunkSize().lengthOf(number, source.size());
            ContentSums sums = checksums(source, number, length, cancelled);
            Reply.Held own = new Reply.Held(new ChunkId(save.file(), number), length, sums.crc32c(), sums.sha256());
            boolean same = (noted == null || noted.agreesWith(sums))
                    && held.values().stream().allMatch(own::equals);
            if (!same) {
                differs.set(true);
            } else if (!held.isEmpty()) {
                there.put(number, new There(sums, holders(held)));
            }
        });
        return differs.get() ? Optional.empty() : Optional.of(there);
    }

    /** In the order of candidates, homes first. */
    private Map<NodeId, Reply.Held> heldOf(int number) {
        Map<NodeId, Reply.Held> held = new LinkedHashMap<>();
        SlotCandidates.of(
                        save.first().plus(number - 1L),
                        transferResources.view().layouts(),
                        transferResources.cluster.nodes())
                .forEach(node -> {
                    Reply.@Nullable Held chunk = chunkInventory.at(node).held().get(number);
                    if (chunk != null) {
                        held.put(node, chunk);
                    }
                });
        return held;
    }

    private Map<NodeId, Long> holders(Map<NodeId, Reply.Held> held) {
        Map<NodeId, Long> holders = new LinkedHashMap<>();
        held.keySet().stream()
                .limit(transferResources.view().layout().replicas())
                .forEach(node -> holders.put(node, chunkInventory.at(node).lossEpoch()));
        return holders;
    }

    private ContentSums checksums(SourceFile source, int number, int length, AtomicBoolean cancelled)
            throws IOException {
        ByteBuffer buffer = transferResources.buffers.take(BUFFER_LIMIT);
        try {
            int crc = 0;
            Sha256.Hasher hasher = new Sha256.Hasher();
            for (int offset = 0; offset < length; offset += buffer.limit()) {
                TransferResources.stopIf(cancelled);
                buffer.clear().limit(Math.min(Connection.PIECE_BYTES, length - offset));
                source.read(save.chunkSize().offsetOf(number) + offset, buffer);
                buffer.flip();
                crc = Checksums.combine(crc, Checksums.of(buffer), buffer.limit());
                hasher.update(buffer);
            }
            return new ContentSums(crc, hasher.finish());
        } finally {
            transferResources.buffers.giveBack(buffer);
        }
    }
}
