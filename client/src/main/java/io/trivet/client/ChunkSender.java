package io.trivet.client;

import io.trivet.model.Address;
import io.trivet.model.Checksums;
import io.trivet.model.ChunkId;
import io.trivet.model.ChunkSize;
import io.trivet.model.NodeId;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.Sha256;
import io.trivet.model.Slot;
import io.trivet.model.StoreReceipt;
import io.trivet.model.TrivetException;
import io.trivet.placement.SlotCandidates;
import io.trivet.wire.BlockSums;
import io.trivet.wire.Connection;
import io.trivet.wire.Connector;
import io.trivet.wire.ProcessClock;
import io.trivet.wire.StoreTimeouts;
import io.trivet.wire.protocol.Reply;
import io.trivet.wire.protocol.Request;
import io.trivet.wire.protocol.RequestEnvelope;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Stores one chunk durably on R nodes. Sends it once to the first reachable candidate, which
 * forwards it down the chain. A node that fails is replaced by the next candidate, to which a
 * holder forwards the chunk. One thread.
 */
final class ChunkSender {
    private static final Duration PIECE_LIMIT = Duration.ofSeconds(15);
    /** For a holder that has to forward the chunk. */
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(60);
    /**
     * How long to look for enough nodes. The time of attempts that send bytes is not counted,
     * because on a busy machine one attempt takes longer than this.
     */
    private static final Duration ENOUGH_NODES_PATIENCE = Duration.ofSeconds(10);
    /**
     * The most time of attempts that is not counted, so that a chunk that no node takes fails in
     * the end, however slowly they refuse.
     */
    private static final Duration LONGEST_ATTEMPTS = Duration.ofMinutes(2);

    private final TransferResources transferResources;
    private final Cluster cluster;
    private final Outgoing chunk;
    private final ChunkSource source;
    private final Progress progress;
    private final Duration patience;

    private final Map<NodeId, Long> holders = new LinkedHashMap<>();
    private final Map<NodeId, StoreReceipt> receipts = new HashMap<>();
    private final Set<NodeId> failed = new HashSet<>();
    private final Map<NodeId, String> reasons = new HashMap<>();
    private @Nullable Integer crc;
    private @Nullable Sha256 sha256;

    /** What is known of a chunk before its bytes are read. */
    record Outgoing(
            ChunkId id,
            Slot first,
            ChunkSize chunkSize,
            int length,
            boolean last,
            RemotePath path,
            RenewableToken token) {}

    /**
     * A chunk on stable storage.
     *
     * @param holders the nodes that have it, with their loss epochs
     * @param receipts from holders that acknowledged it to this sender
     */
    record Sent(ContentSums sums, Map<NodeId, Long> holders, List<StoreReceipt> receipts) {}

    ChunkSender(TransferResources transferResources, Outgoing chunk, ChunkSource source, Progress progress) {
        this(transferResources, chunk, source, progress, ENOUGH_NODES_PATIENCE);
    }

    /** @param patience how long to look for enough nodes */
    ChunkSender(
            TransferResources transferResources,
            Outgoing chunk,
            ChunkSource source,
            Progress progress,
            Duration patience) {
        this.transferResources = transferResources;
        this.cluster = transferResources.cluster;
        this.chunk = chunk;
        this.source = source;
        this.progress = progress;
        this.patience = patience;
    }

    /**
     * Returns when R nodes have acknowledged that the chunk is on stable storage. Throws {@code
     * TOO_FEW_NODES} if R nodes cannot be reached.
     */
    Sent send() throws IOException {
        Backoff budget = new Backoff(patience);
        long uncounted = LONGEST_ATTEMPTS.toNanos();
        while (missing() > 0) {
            List<NodeId> targets = nextTargets();
            if (targets.isEmpty() || (holders.isEmpty() && targets.size() < missing())) {
                waitForNodes(budget);
            } else {
                long begin = ProcessClock.nanos();
                attempt(targets);
                long took = Math.min(uncounted, ProcessClock.nanos() - begin);
                uncounted -= took;
                budget.exclude(took);
            }
        }
        return new Sent(new ContentSums(expected(), strong()), Map.copyOf(holders), List.copyOf(receipts.values()));
    }

    /**
     * The nodes to which the chunk would go now, the first one first; empty if some node has it, or
     * too few nodes can take it.
     */
    List<NodeId> firstTargets() {
        List<NodeId> targets = nextTargets();
        return holders.isEmpty() && targets.size() == missing() ? targets : List.of();
    }

    /**
     * The chunk's bytes were read, to be sent with others. Throws {@code SOURCE_CHANGED} if they are
     * not those that were read before.
     */
    Request.SmallChunk read(ContentSums sums) {
        sameAsBefore(sums);
        return new Request.SmallChunk(
                chunk.id(),
                chunk.first(),
                chunk.chunkSize(),
                chunk.length(),
                chunk.last(),
                chunk.path(),
                sums.crc32c(),
                sums.sha256());
    }

    /** Whether R nodes have the chunk. */
    boolean isComplete() {
        return missing() <= 0;
    }

    /** What became of the chunk, which was sent with others. Throws if a node holds other bytes (rule 1). */
    void stored(Reply.Stored stored) {
        accept(stored);
    }

    /** The node to which the chunk was sent with others refused all of them, or did not answer. */
    void notStored(NodeId head, int moved, Refusal refusal) {
        progress.moved(head, -moved);
        failed(head, refusal);
    }

    private void attempt(List<NodeId> targets) throws IOException {
        if (holders.isEmpty()) {
            sendBytes(targets);
        } else {
            forward(targets);
        }
    }

    /** Like {@link #send}, for a chunk that some nodes already have. */
    Sent complete(ResumePlan.There there) throws IOException {
        expect(there.sums());
        holders.putAll(there.holders());
        return send();
    }

    /**
     * Asks the holders of a stored chunk again, and replaces those that no longer have it by copies
     * from those that do (rule 7).
     *
     * @return R holders, with their current loss epochs
     */
    Sent recheck(ContentSums expected, Map<NodeId, Long> before) {
        expect(expected);
        before.keySet().forEach(this::askAgain);
        try {
            return send();
        } catch (IOException e) {
            throw new IllegalStateException("no source is read for a chunk that is stored", e);
        }
    }

    private void askAgain(NodeId node) {
        try {
            Reply reply = transferResources.connector.call(
                    cluster.address(node),
                    addressed(node, new Request.HasChunk(chunk.first(), List.of(chunk.id()))),
                    PIECE_LIMIT);
            if (reply instanceof Reply.Has has
                    && has.held().stream()
                            .anyMatch(new Reply.Held(chunk.id(), chunk.length(), expected(), strong())::equals)) {
                holders.put(node, has.lossEpoch());
            }
        } catch (TrivetException e) {
            failed(node, e.refusal());
        }
    }

    private RequestEnvelope addressed(NodeId node, Request request) {
        return new RequestEnvelope(node, request, chunk.token().now());
    }

    private void expect(ContentSums sums) {
        crc = sums.crc32c();
        sha256 = sums.sha256();
    }

    private int expected() {
        return java.util.Objects.requireNonNull(crc);
    }

    private Sha256 strong() {
        return java.util.Objects.requireNonNull(sha256);
    }

    private int missing() {
        return transferResources.view().layout().replicas() - holders.size();
    }

    private List<NodeId> nextTargets() {
        Slot slot = chunk.first().plus(chunk.id().number() - 1L);
        return SlotCandidates.of(slot, transferResources.view().layouts(), cluster.nodes()).stream()
                .filter(node -> !holders.containsKey(node) && !failed.contains(node) && cluster.acceptsChunks(node))
                .limit(missing())
                .toList();
    }

    private void waitForNodes(Backoff budget) {
        budget.pauseOrThrow(tooFew());
        cluster.stopAvoiding();
        failed.clear();
        try {
            cluster.refresh();
        } catch (TrivetException e) {
            // If no node answers now, that is a reason to wait, not to give up.
            if (!e.kind().retryable()) {
                throw e;
            }
        }
    }

    private TrivetException tooFew() {
        int wanted = transferResources.view().layout().replicas();
        List<String> lines = new ArrayList<>();
        for (NodeId node : cluster.nodes()) {
            if (reasons.containsKey(node)) {
                lines.add(node + ": " + reasons.get(node));
            } else if (!cluster.acceptsChunks(node)) {
                lines.add(node + (cluster.isReachable(node) ? " takes no chunks (disk full?)" : " does not answer"));
            }
        }
        return TrivetException.of(
                Refusal.Kind.TOO_FEW_NODES,
                chunk.path().toString(),
                "a chunk needs " + wanted + " nodes that can take it"
                        + (lines.isEmpty() ? "" : " (" + String.join("; ", lines) + ")")
                        + ": nothing was saved; 'trivet status' shows the nodes");
    }

    private void sendBytes(List<NodeId> targets) throws IOException {
        NodeId head = targets.getFirst();
        Request.StoreChunk request = new Request.StoreChunk(
                chunk.id(),
                chunk.first(),
                chunk.chunkSize(),
                chunk.length(),
                chunk.last(),
                chunk.path(),
                targets.subList(1, targets.size()),
                0);
        long[] moved = {0};
        try {
            accept(stream(head, request, moved));
        } catch (TrivetException e) {
            if (e.kind() == Refusal.Kind.SOURCE_CHANGED
                    || e.kind() == Refusal.Kind.FORBIDDEN
                    || e.kind() == Refusal.Kind.DIFFERENT_CONTENT) {
                throw e;
            }
            progress.moved(head, -moved[0]);
            failed(head, e.refusal());
        }
    }

    private Reply.Stored stream(NodeId head, Request.StoreChunk request, long[] moved) throws IOException {
        Address address = cluster.address(head);
        Connection connection = transferResources.connector.take(address, PIECE_LIMIT);
        ByteBuffer buffer = transferResources.buffers.take(ANSWER_LIMIT);
        boolean whole = false;
        try {
            Duration answer = StoreTimeouts.of(chunk.length(), request.chain().size());
            if (chunk.length() > 0 && chunk.length() <= Connection.PIECE_BYTES) {
                sendWhole(address, connection, addressed(head, request), buffer, moved, answer);
            } else {
                sendInPieces(address, connection, addressed(head, request), buffer, moved, answer);
            }
            Reply.Stored stored =
                    toNode(address, () -> (Reply.Stored) connection.receive().message());
            whole = true;
            return stored;
        } catch (TrivetException e) {
            whole = false;
            throw e;
        } finally {
            transferResources.buffers.giveBack(buffer);
            transferResources.connector.release(connection, whole);
        }
    }

    private void sendWhole(
            Address address,
            Connection connection,
            RequestEnvelope request,
            ByteBuffer buffer,
            long[] moved,
            Duration answer)
            throws IOException {
        transferResources.rateLimit.pass(chunk.length());
        source.read(0, buffer.clear().limit(chunk.length()));
        buffer.flip();
        int[] blocks = BlockSums.checksums(buffer);
        int sum = BlockSums.append(0, blocks, chunk.length());
        sameAsBefore(new ContentSums(sum, Sha256.of(buffer)));
        // Counted before its end is sent, as in pieces: if it is cancelled here, the chunk is not
        // stored.
        moved[0] = chunk.length();
        progress.moved(java.util.Objects.requireNonNull(request.target()), chunk.length());
        connection.timeout(answer);
        toNode(address, () -> connection.sendWhole(request, buffer, blocks, sum, strong()));
    }

    private void sendInPieces(
            Address address,
            Connection connection,
            RequestEnvelope request,
            ByteBuffer buffer,
            long[] moved,
            Duration answer)
            throws IOException {
        NodeId head = java.util.Objects.requireNonNull(request.target());
        toNode(address, () -> connection.send(request));
        int sum = 0;
        Sha256.Hasher hasher = new Sha256.Hasher();
        for (int offset = 0; offset < chunk.length(); ) {
            int length = Math.min(Connection.PIECE_BYTES, chunk.length() - offset);
            pace(connection, length);
            source.read(offset, buffer.clear().limit(length));
            buffer.flip();
            int[] blocks = BlockSums.checksums(buffer);
            sum = BlockSums.append(sum, blocks, length);
            hasher.update(buffer);
            connection.timeout(transferResources.transferPermits.shared(PIECE_LIMIT));
            toNode(address, () -> connection.sendPiece(buffer, blocks));
            offset += length;
            moved[0] += length;
            progress.moved(head, length);
        }
        sameAsBefore(new ContentSums(sum, hasher.finish()));
        connection.timeout(answer);
        toNode(address, () -> connection.sendEnd(chunk.length(), expected(), strong()));
    }

    /** Waits for the next piece's turn, if the rate is limited; that is not the node's time. */
    private void pace(Connection connection, int length) throws IOException {
        if (transferResources.rateLimit.isSet()) {
            connection.rest();
            transferResources.rateLimit.pass(length);
        }
    }

    private interface Exchange<T> {
        T run() throws IOException;
    }

    private interface Sending {
        void run() throws IOException;
    }

    private static <T> T toNode(Address address, Exchange<T> exchange) {
        try {
            return exchange.run();
        } catch (IOException e) {
            throw Connector.unreachable(address, e);
        }
    }

    private static void toNode(Address address, Sending sending) {
        toNode(address, () -> {
            sending.run();
            return true;
        });
    }

    /**
     * If the source reads differently the second time, it has changed, and nodes would hold
     * different bytes under this name.
     */
    private void sameAsBefore(ContentSums sums) {
        if (crc != null && (crc != sums.crc32c() || !strong().equals(sums.sha256()))) {
            throw TrivetException.of(
                    Refusal.Kind.SOURCE_CHANGED,
                    chunk.path().toString(),
                    "chunk " + chunk.id().number() + " reads differently now");
        }
        expect(sums);
    }

    private void forward(List<NodeId> targets) {
        List<NodeId> tried = List.copyOf(holders.keySet());
        for (NodeId holder : tried) {
            try {
                Reply reply = transferResources.connector.call(
                        cluster.address(holder),
                        addressed(holder, new Request.ForwardChunk(chunk.id(), chunk.first(), targets)),
                        ANSWER_LIMIT);
                accept((Reply.Stored) reply);
                return;
            } catch (TrivetException e) {
                if (e.kind() == Refusal.Kind.DIFFERENT_CONTENT) {
                    throw e;
                }
                reasons.put(holder, e.refusal().message());
                if (e.kind() == Refusal.Kind.BAD_TOKEN) {
                    chunk.token().refused();
                }
                cluster.avoid(holder);
            }
        }
        // No holder answers any more. Sends the chunk again to other nodes; the old replicas stay
        // valid but are not counted.
        failed.addAll(holders.keySet());
        holders.clear();
    }

    /** Rule 2: what the nodes stored must equal what was read here. */
    private void accept(Reply.Stored stored) {
        stored.failures().forEach(failure -> failed(failure.node(), failure.refusal()));
        int expected = expected();
        if (stored.length() != chunk.length()
                || stored.crc32c() != expected
                || !Sha256.agree(stored.sha256(), strong())) {
            throw TrivetException.of(
                    Refusal.Kind.CORRUPT,
                    chunk.id().toString(),
                    "stored were " + stored.length() + " bytes with crc32c " + Checksums.text(stored.crc32c())
                            + ", sent were " + chunk.length() + " with " + Checksums.text(expected));
        }
        for (Reply.Holder holder : stored.holders()) {
            holders.put(holder.node(), holder.lossEpoch());
            if (holder.receipt() != null) {
                receipts.put(holder.node(), holder.receipt());
            }
        }
    }

    /** Rule 1: throws if the node has other bytes; then no other node must get these. */
    private void failed(NodeId node, Refusal refusal) {
        if (refusal.kind() == Refusal.Kind.DIFFERENT_CONTENT) {
            throw new TrivetException(refusal);
        }
        failed.add(node);
        reasons.put(node, refusal.message());
        switch (refusal.kind()) {
            case UNREACHABLE -> cluster.avoid(node);
            case BAD_TOKEN -> chunk.token().refused();
            default -> {}
        }
        progress.retried(node, refusal.message());
    }
}
