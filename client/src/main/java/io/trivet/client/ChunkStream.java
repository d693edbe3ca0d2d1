package io.trivet.client;

import io.trivet.model.Address;
import io.trivet.model.Checksums;
import io.trivet.model.ChunkId;
import io.trivet.model.ChunkSize;
import io.trivet.model.FileRecord;
import io.trivet.model.NodeId;
import io.trivet.model.Refusal;
import io.trivet.model.Sha256;
import io.trivet.model.TrivetException;
import io.trivet.thread.BackgroundThreads;
import io.trivet.wire.BlockSums;
import io.trivet.wire.Connection;
import io.trivet.wire.DataFrame;
import io.trivet.wire.protocol.Reply;
import io.trivet.wire.protocol.Request;
import io.trivet.wire.protocol.RequestEnvelope;
import io.trivet.wire.protocol.RequestId;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of one chunk from a block on, piece by piece, every block verified. If a node is slow,
 * unreachable or has wrong bytes, the stream continues with the next candidate at the same
 * position. At the end of a chunk that is read whole for a local file, it compares the SHA-256:
 * with the record's if the file has a single chunk and the record has one, else with the one in the
 * replica's trailer. One thread.
 */
final class ChunkStream implements AutoCloseable {
    /**
     * The timeout of one piece in the first round over the candidates; the second round waits
     * longer.
     */
    private static final Duration FIRST_LIMIT = Duration.ofSeconds(1);

    private static final Duration SECOND_LIMIT = Duration.ofSeconds(15);
    private static final Duration REPORT_LIMIT = Duration.ofSeconds(1);

    /** Nodes wait 30 seconds for a client that takes nothing. */
    private static final Duration IDLE_LIMIT = Duration.ofSeconds(15);

    private final TransferResources transferResources;
    private final Cluster cluster;
    private final OpenFile file;
    private final FileRecord record;
    private final RenewableToken token;
    private final ChunkId chunk;
    private final int chunkLength;
    private final int end;
    private final Progress progress;

    private final Map<NodeId, Refusal> failures = new LinkedHashMap<>();
    private Deque<NodeId> candidates = new ArrayDeque<>();
    private int round;
    private int position;
    private long pieceNanos;
    private final boolean restartable;
    private final Sha256.@Nullable Hasher hasher;
    private int crc;
    private @Nullable ContentSums sums;
    private int[] blocks = {};
    private @Nullable Connection source;
    private @Nullable NodeId sourceNode;

    /**
     * @param number of the chunk, from 1
     * @param offset in the chunk, a multiple of 64 KiB
     */
    ChunkStream(TransferResources transferResources, OpenFile file, int number, int offset, Progress progress) {
        this(transferResources, file, number, offset, Integer.MAX_VALUE, false, progress);
    }

    /**
     * {@code length} bytes of the chunk, a multiple of 64 KiB unless they are its last. Then the
     * connection can be used again.
     */
    static ChunkStream part(TransferResources transferResources, OpenFile file, int number, int offset, int length) {
        return new ChunkStream(transferResources, file, number, offset, length, false, Progress.NONE);
    }

    /**
     * The whole chunk, for a caller that does not use it before its end: the stream may restart at
     * another node if the first node's bytes are not what was saved.
     */
    static ChunkStream restartable(TransferResources transferResources, OpenFile file, int number, Progress progress) {
        return new ChunkStream(transferResources, file, number, 0, Integer.MAX_VALUE, true, progress);
    }

    private ChunkStream(
            TransferResources transferResources,
            OpenFile file,
            int number,
            int offset,
            int length,
            boolean restartable,
            Progress progress) {
        this.restartable = restartable;
        this.transferResources = transferResources;
        this.cluster = transferResources.cluster;
        this.file = file;
        this.record = file.record();
        this.token = file.token();
        this.chunk = record.chunk(number);
        this.chunkLength = record.chunkLength(number);
        this.end = (int) Math.min(chunkLength, (long) offset + length);
        this.position = offset;
        this.progress = progress;
        // A reader of several chunks hashes the whole file itself. A single chunk can still be
        // replaced here.
        boolean hashes = offset == 0 && end == chunkLength && (restartable || record.chunkCount() == 1);
        this.hasher = hashes ? new Sha256.Hasher() : null;
    }

    /** The checksums of the whole chunk, which must be {@link #restartable} and read to its end. */
    ContentSums sums() {
        if (sums == null && end == 0) {
            sums = new ContentSums(0, new Sha256.Hasher().finish());
        }
        return java.util.Objects.requireNonNull(sums, "not read to its end");
    }

    /** Where in the chunk the next piece begins. */
    int position() {
        return position;
    }

    /**
     * Reads the next piece into the buffer, flipped and verified. False at the end of the chunk.
     * Throws {@code CORRUPT}, {@code NO_SUCH_CHUNK} or {@code UNREACHABLE}, with each node's
     * answer, if no node has these bytes.
     */
    boolean next(ByteBuffer buffer) {
        while (position < end) {
            leaveIfIdle();
            @Nullable NodeId current = source == null ? null : sourceNode;
            NodeId node = current == null ? nextCandidate() : current;
            try {
                if (current == null) {
                    open(node);
                }
                readPiece(buffer);
                take(buffer);
                progress.moved(node, buffer.remaining());
            } catch (IOException | TrivetException e) {
                leave(node, e);
                continue;
            } catch (OtherContent e) {
                leave(node, e.refused);
                startAgain(node, e.refused);
                continue;
            }
            pause(buffer.remaining());
            return true;
        }
        return false;
    }

    /**
     * The caller may take its time with the piece, and the rate may be limited: that is not the
     * node's time.
     */
    private void pause(int bytes) {
        Connection connection = source;
        if (connection != null) {
            connection.rest();
        }
        try {
            transferResources.rateLimit.pass(bytes);
        } catch (InterruptedIOException ignored) {
            throw TrivetException.of(Refusal.Kind.BUSY, "", "stopped while the rate was limited");
        }
        pieceNanos = System.nanoTime();
    }

    /**
     * A node ends a transfer whose client takes nothing. Before that, the stream goes on at the same
     * node with a new request.
     */
    private void leaveIfIdle() {
        NodeId node = sourceNode;
        if (source != null && node != null && System.nanoTime() - pieceNanos > IDLE_LIMIT.toNanos()) {
            close();
            candidates.addFirst(node);
        }
    }

    /** A node sent the whole chunk with sound blocks, but it is not what was saved. */
    private static final class OtherContent extends Exception {
        private static final long serialVersionUID = 1;

        private final transient TrivetException refused;

        OtherContent(TrivetException refused) {
            super(refused);
            this.refused = refused;
        }
    }

    /** Counts a piece; the last one only if the whole chunk is right. */
    private void take(ByteBuffer buffer) throws OtherContent {
        if (hasher != null) {
            hasher.update(buffer);
            crc = BlockSums.append(crc, blocks, buffer.remaining());
        }
        if (position + buffer.remaining() == end) {
            compare(finish());
        }
        position += buffer.remaining();
    }

    /** @param told the SHA-256 in the replica's trailer, if the last node sent the whole chunk */
    private void compare(@Nullable Sha256 told) throws OtherContent {
        if (hasher == null) {
            return;
        }
        ContentSums found = new ContentSums(crc, hasher.finish());
        Sha256 expected = record.chunkCount() == 1 && record.sha256() != null ? record.sha256() : told;
        if (!Sha256.agree(expected, found.sha256())) {
            throw new OtherContent(corrupt("sha256 of its bytes is " + found.sha256() + ", expected " + expected));
        }
        sums = found;
    }

    /** Restarts at another node, unless the caller already uses the bytes it got. */
    private void startAgain(NodeId node, TrivetException refused) {
        if (position > 0 && !restartable) {
            throw refused;
        }
        progress.moved(node, -position);
        position = 0;
        crc = 0;
    }

    private NodeId nextCandidate() {
        if (candidates.isEmpty()) {
            if (round == 2) {
                throw nobodyHasIt();
            }
            round++;
            candidates = new ArrayDeque<>(readOrder());
            if (candidates.isEmpty()) {
                throw nobodyHasIt();
            }
        }
        return candidates.removeFirst();
    }

    /**
     * First the homes, then all other nodes. The second round uses a fresh view and skips no node.
     */
    private List<NodeId> readOrder() {
        if (round == 2) {
            cluster.stopAvoiding();
            cluster.refresh();
        }
        return cluster.readOrder().of(record.slotOf(chunk.number()), chunk, transferResources.readerSalt);
    }

    private void open(NodeId node) throws IOException {
        sourceNode = node;
        Address address = cluster.address(node);
        Connection connection = transferResources.connector.take(address, limit());
        source = connection;
        connection.send(new RequestEnvelope(
                node,
                new Request.FetchChunk(chunk, record.firstOf(chunk.number()), position, end - position),
                token.now()));
        if (!(connection.receive().message() instanceof Reply.Fetched fetched)) {
            throw new ProtocolException("not an answer to a fetch");
        }
        if (fetched.chunkLength() != chunkLength
                || fetched.offset() != position
                || fetched.length() != end - position) {
            throw corrupt("its replica has " + fetched.chunkLength() + " bytes, the record says " + chunkLength);
        }
    }

    private void readPiece(ByteBuffer buffer) throws IOException {
        Connection connection = java.util.Objects.requireNonNull(source);
        connection.timeout(limit());
        switch (connection.receivePiece(buffer)) {
            case DataFrame.Bytes(int[] expected) -> verify(buffer, expected);
            case DataFrame.End ignored -> throw new ProtocolException("the pieces end before the chunk does");
        }
    }

    private Duration limit() {
        return transferResources.transferPermits.shared(round == 1 ? FIRST_LIMIT : SECOND_LIMIT);
    }

    private void verify(ByteBuffer buffer, int[] expected) {
        int[] found = BlockSums.checksums(buffer);
        blocks = found;
        boolean aligned = buffer.remaining() % ChunkSize.BLOCK_BYTES == 0 || position + buffer.remaining() == end;
        if (!aligned || found.length != expected.length || position + buffer.remaining() > end) {
            throw corrupt("a piece of " + buffer.remaining() + " bytes with " + expected.length + " checksums");
        }
        for (int block = 0; block < found.length; block++) {
            if (found[block] != expected[block]) {
                throw corrupt("at offset " + (position + block * ChunkSize.BLOCK_BYTES) + " crc32c is "
                        + Checksums.text(found[block]) + ", expected " + Checksums.text(expected[block]));
            }
        }
    }

    private TrivetException corrupt(String detail) {
        return TrivetException.of(Refusal.Kind.CORRUPT, chunk.toString(), detail);
    }

    /**
     * Reads the explicit end, after which the connection can be reused. All blocks are verified by
     * then.
     */
    private @Nullable Sha256 finish() {
        Connection connection = java.util.Objects.requireNonNull(source);
        source = null;
        boolean whole = false;
        try {
            ByteBuffer none = ByteBuffer.allocate(0);
            if (connection.receivePiece(none) instanceof DataFrame.End end) {
                whole = true;
                return end.sha256();
            }
        } catch (IOException | TrivetException ignored) {
            // The bytes are complete; only the connection cannot be reused.
        } finally {
            transferResources.connector.release(connection, whole);
        }
        return null;
    }

    private void leave(NodeId node, Exception e) {
        close();
        sourceNode = null;
        Refusal refusal = e instanceof TrivetException refused
                ? refused.refusal()
                : new Refusal(Refusal.Kind.UNREACHABLE, node.toString(), String.valueOf(e.getMessage()));
        failures.merge(node, refusal, ChunkStream::worse);
        switch (refusal.kind()) {
            case UNREACHABLE -> cluster.avoid(node);
            case BAD_TOKEN -> token.refused();
            case CORRUPT, NO_SUCH_CHUNK -> report(node, refusal);
            default -> {}
        }
        progress.retried(node, refusal.message());
    }

    /**
     * A damaged replica goes to quarantine and is missing at the next request; the first reason
     * says more.
     */
    private static Refusal worse(Refusal before, Refusal now) {
        return before.kind() == Refusal.Kind.CORRUPT ? before : now;
    }

    /** A hint: the node verifies its own replica. Only sent to homes. */
    private void report(NodeId node, Refusal refusal) {
        boolean home = transferResources.view().layouts().stream()
                .anyMatch(layout -> layout.homes(record.slotOf(chunk.number())).contains(node));
        if (!home) {
            return;
        }
        BackgroundThreads.named("trivet-report").start(RequestId.carried(() -> {
            try {
                transferResources.connector.call(
                        cluster.address(node),
                        new RequestEnvelope(
                                node,
                                new Request.ReportChunk(chunk, record.firstOf(chunk.number()), refusal.message()),
                                token.now()),
                        REPORT_LIMIT);
            } catch (TrivetException | IllegalStateException ignored) {
                // The node is unreachable or this client was closed; the scrub will find the
                // damage.
            }
        }));
    }

    private TrivetException nobodyHasIt() {
        Set<Refusal.Kind> kinds = new HashSet<>();
        List<String> said = new ArrayList<>();
        failures.forEach((node, refusal) -> {
            kinds.add(refusal.kind());
            said.add(node + ": " + refusal.kind().text()
                    + (refusal.detail().isEmpty() ? "" : " (" + refusal.detail() + ")"));
        });
        Refusal.Kind kind = kinds.contains(Refusal.Kind.CORRUPT)
                ? Refusal.Kind.CORRUPT
                : kinds.contains(Refusal.Kind.UNREACHABLE) ? Refusal.Kind.UNREACHABLE : Refusal.Kind.NO_SUCH_CHUNK;
        return TrivetException.of(
                kind,
                file.path() + ", chunk " + chunk.number(),
                "no node has these bytes: " + String.join("; ", said) + ": see 'trivet where' and 'trivet status'");
    }

    @Override
    public void close() {
        Connection connection = source;
        source = null;
        if (connection != null) {
            connection.close();
        }
    }
}
