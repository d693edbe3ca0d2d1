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
import io.trivet.wire.Blocks;
import io.trivet.wire.Connection;
import io.trivet.wire.DataFrame;
import io.trivet.wire.protocol.Reply;
import io.trivet.wire.protocol.Request;
import io.trivet.wire.protocol.RequestEnvelope;
import io.trivet.wire.protocol.RequestId;
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
 * The bytes of one chunk from some block on, piece by piece, every block checked. A node that is
 * slow, dead or wrong is left for the next candidate in the midst of the chunk, and the reader goes
 * on where it was. At the end of a chunk that is read whole for a local file its SHA-256 is
 * compared with the record's, where that is known of a single chunk, or with the one in the
 * replica's trailer. One thread.
 */
final class ChunkStream implements AutoCloseable {
    /** For one piece. A node that lives answers sooner; a slow one is left. The second round is more patient. */
    private static final Duration FIRST_LIMIT = Duration.ofSeconds(1);

    private static final Duration SECOND_LIMIT = Duration.ofSeconds(15);
    private static final Duration REPORT_LIMIT = Duration.ofSeconds(1);

    private final TransferResources transferResources;
    private final Cluster cluster;
    private final OpenFile file;
    private final FileRecord record;
    private final RenewableToken token;
    private final ChunkId chunk;
    private final int end;
    private final Progress progress;

    private final Map<NodeId, Refusal> failures = new LinkedHashMap<>();
    private Deque<NodeId> candidates = new ArrayDeque<>();
    private int round;
    private int position;
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
        this(transferResources, file, number, offset, false, progress);
    }

    /**
     * The whole chunk, for somebody who does not use it before its end: its pieces may begin again,
     * from another node, where those of the first were not what was saved.
     */
    static ChunkStream restartable(TransferResources transferResources, OpenFile file, int number, Progress progress) {
        return new ChunkStream(transferResources, file, number, 0, true, progress);
    }

    private ChunkStream(
            TransferResources transferResources,
            OpenFile file,
            int number,
            int offset,
            boolean restartable,
            Progress progress) {
        this.restartable = restartable;
        this.transferResources = transferResources;
        this.cluster = transferResources.cluster;
        this.file = file;
        this.record = file.record();
        this.token = file.token();
        this.chunk = record.chunk(number);
        this.end = record.chunkLength(number);
        this.position = offset;
        this.progress = progress;
        // Whoever reads more chunks in order hashes the whole; a single one can still be taken from another node.
        boolean hashes = offset == 0 && (restartable || record.chunkCount() == 1);
        this.hasher = hashes ? new Sha256.Hasher() : null;
    }

    /** Of the whole chunk, which must be {@link #restartable} and have been read to its end. */
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
     * Throws when no node has these bytes: {@code CORRUPT}, {@code NO_SUCH_CHUNK} or {@code
     * UNREACHABLE}, with what each node said.
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
                take(buffer);
                progress.moved(node, buffer.remaining());
                return true;
            } catch (IOException | TrivetException e) {
                leave(node, e);
            } catch (OtherContent e) {
                leave(node, e.refused);
                startAgain(node, e.refused);
            }
        }
        return false;
    }

    /** All of the chunk came from a node whose blocks are sound, and they are not what was saved. */
    private static final class OtherContent extends Exception {
        private static final long serialVersionUID = 1;

        private final transient TrivetException refused;

        OtherContent(TrivetException refused) {
            super(refused);
            this.refused = refused;
        }
    }

    /** Counts a piece; the last one only if the whole is what it should be. */
    private void take(ByteBuffer buffer) throws OtherContent {
        if (hasher != null) {
            hasher.update(buffer);
            crc = Blocks.append(crc, blocks, buffer.remaining());
        }
        if (position + buffer.remaining() == end) {
            compare(finish());
        }
        position += buffer.remaining();
    }

    /** @param told what the trailer of the replica says, if the last node sent it all */
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

    /** From another node, unless somebody uses already what was handed out. */
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

    /** First the homes, then everybody: in the second round the view is fresh and nobody is passed over. */
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
        connection.timeout(limit());
        switch (connection.receivePiece(buffer)) {
            case DataFrame.Bytes(int[] expected) -> verify(buffer, expected);
            case DataFrame.End _ -> throw new ProtocolException("the pieces end before the chunk does");
        }
    }

    private Duration limit() {
        return transferResources.transferPermits.shared(round == 1 ? FIRST_LIMIT : SECOND_LIMIT);
    }

    private void verify(ByteBuffer buffer, int[] expected) {
        int[] found = Blocks.checksums(buffer);
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

    /** Reads the explicit end, after which the connection can be used again. All blocks were verified. */
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
        } catch (IOException | TrivetException _) {
            // The bytes are here; only the connection is of no more use.
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
     * A damaged replica is quarantined, and is not there when it is asked for again: what it was is
     * the better reason.
     */
    private static Refusal worse(Refusal before, Refusal now) {
        return before.kind() == Refusal.Kind.CORRUPT ? before : now;
    }

    /** A hint, no more: the node checks its own replica. Only of use at a node that should have it. */
    private void report(NodeId node, Refusal refusal) {
        boolean home = transferResources.view().layouts().stream()
                .anyMatch(layout -> layout.homes(record.slotOf(chunk.number())).contains(node));
        if (!home) {
            return;
        }
        Thread.ofVirtual().name("trivet-report").start(RequestId.carried(() -> {
            try {
                transferResources.connector.call(
                        cluster.address(node),
                        new RequestEnvelope(
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
