package io.trivet.client;

import io.trivet.model.Address;
import io.trivet.model.Checksums;
import io.trivet.model.ChunkId;
import io.trivet.model.ChunkSize;
import io.trivet.model.FileRecord;
import io.trivet.model.NodeId;
import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import io.trivet.wire.Addressed;
import io.trivet.wire.Blocks;
import io.trivet.wire.Connection;
import io.trivet.wire.PieceFrame;
import io.trivet.wire.Reply;
import io.trivet.wire.Request;
import io.trivet.wire.RequestId;
import java.io.IOException;
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
 * The bytes of one chunk from some block on, piece by piece, every block checked. A node that is slow, dead or wrong is left for the next candidate in
 * the midst of the chunk, and the reader goes on where it was. One thread.
 */
final class ChunkStream implements AutoCloseable {
    /** For one piece. A node that lives answers sooner; a slow one is left. The second round is more patient. */
    private static final Duration FIRST_LIMIT = Duration.ofSeconds(1);

    private static final Duration SECOND_LIMIT = Duration.ofSeconds(15);
    private static final Duration REPORT_LIMIT = Duration.ofSeconds(1);

    private final Transfers transfers;
    private final Cluster cluster;
    private final FileRecord record;
    private final HeldToken token;
    private final ChunkId chunk;
    private final int end;
    private final Progress progress;

    private final Map<NodeId, Refusal> failures = new LinkedHashMap<>();
    private Deque<NodeId> candidates = new ArrayDeque<>();
    private int round;
    private int position;
    private @Nullable Connection source;
    private @Nullable NodeId sourceNode;

    /**
     * @param number of the chunk, from 1
     * @param offset in the chunk, a multiple of 64 KiB
     */
    ChunkStream(Transfers transfers, OpenFile file, int number, int offset, Progress progress) {
        this.transfers = transfers;
        this.cluster = transfers.cluster;
        this.record = file.record();
        this.token = file.token();
        this.chunk = record.chunk(number);
        this.end = record.chunkLength(number);
        this.position = offset;
        this.progress = progress;
    }

    /** Where in the chunk the next piece begins. */
    int position() {
        return position;
    }

    /**
     * Reads the next piece into the buffer, flipped and verified. False at the end of the chunk. Throws when no node has these bytes: {@code CORRUPT},
     * {@code NO_SUCH_CHUNK} or {@code UNREACHABLE}, with what each node said.
     */
    boolean next(ByteBuffer buffer) {
        while (position < end) {
            @Nullable NodeId current = source == null ? null : sourceNode;
            NodeId node = current == null ? nextCandidate() : current;
            try {
                if (current == null) {
                    open(node);
                }
                readPiece(buffer);
                position += buffer.remaining();
                progress.moved(node, buffer.remaining());
                if (position == end) {
                    finish();
                }
                return true;
            } catch (IOException | TrivetException e) {
                leave(node, e);
            }
        }
        return false;
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

    /** First the homes, then everybody: in the second round the view is fresh and nobody is passed over. */
    private List<NodeId> readOrder() {
        if (round == 2) {
            cluster.stopAvoiding();
            cluster.refresh();
        }
        return cluster.readOrder().of(record.slotOf(chunk.number()), chunk, transfers.readerSalt);
    }

    private void open(NodeId node) throws IOException {
        sourceNode = node;
        Address address = cluster.address(node);
        Connection connection = transfers.connector.take(address, limit());
        source = connection;
        connection.send(new Addressed(
                node, new Request.FetchChunk(chunk, record.first(), position, end - position), token.now()));
        if (!(connection.receive().message() instanceof Reply.Fetched fetched)) {
            throw new ProtocolException("not an answer to a fetch");
        }
        if (fetched.chunkLength() != end || fetched.offset() != position || fetched.length() != end - position) {
            throw corrupt("its replica has " + fetched.chunkLength() + " bytes, the record says " + end);
        }
    }

    private void readPiece(ByteBuffer buffer) throws IOException {
        Connection connection = java.util.Objects.requireNonNull(source);
        connection.within(limit());
        switch (connection.receivePiece(buffer)) {
            case PieceFrame.Bytes(int[] expected) -> verify(buffer, expected);
            case PieceFrame.End _ -> throw new ProtocolException("the pieces end before the chunk does");
        }
    }

    private Duration limit() {
        return transfers.lanes.shared(round == 1 ? FIRST_LIMIT : SECOND_LIMIT);
    }

    private void verify(ByteBuffer buffer, int[] expected) {
        int[] found = Blocks.checksums(buffer);
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

    /** Reads the explicit end, after which the connection can be used again. Whatever it says, all blocks were verified. */
    private void finish() {
        Connection connection = java.util.Objects.requireNonNull(source);
        source = null;
        boolean whole = false;
        try {
            ByteBuffer none = ByteBuffer.allocate(0);
            whole = connection.receivePiece(none) instanceof PieceFrame.End;
        } catch (IOException | TrivetException _) {
            // The bytes are here; only the connection is of no more use.
        } finally {
            transfers.connector.release(connection, whole);
        }
    }

    private void leave(NodeId node, Exception e) {
        close();
        sourceNode = null;
        Refusal refusal = e instanceof TrivetException refused
                ? refused.refusal()
                : new Refusal(Refusal.Kind.UNREACHABLE, node.toString(), String.valueOf(e.getMessage()));
        failures.put(node, refusal);
        switch (refusal.kind()) {
            case UNREACHABLE -> cluster.avoid(node);
            case CORRUPT, NO_SUCH_CHUNK -> report(node, refusal);
            default -> {}
        }
        progress.retried(node, refusal.message());
    }

    /** A hint, no more: the node checks its own replica. Only of use at a node that should have it. */
    private void report(NodeId node, Refusal refusal) {
        boolean home = transfers.view().layouts().stream()
                .anyMatch(layout -> layout.homes(record.slotOf(chunk.number())).contains(node));
        if (!home) {
            return;
        }
        Thread.ofVirtual().name("trivet-report").start(RequestId.carried(() -> {
            try {
                transfers.connector.call(
                        cluster.address(node),
                        new Addressed(
                                node, new Request.ReportChunk(chunk, record.first(), refusal.message()), token.now()),
                        REPORT_LIMIT);
            } catch (TrivetException | IllegalStateException _) {
                // Unreachable, or the client was closed meanwhile: the scrub finds it later.
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
                "chunk " + chunk.number() + " (" + chunk + ")",
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
