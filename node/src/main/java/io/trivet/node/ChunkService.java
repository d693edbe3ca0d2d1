package io.trivet.node;

import io.trivet.chunk.ChunkHeader;
import io.trivet.chunk.ChunkReader;
import io.trivet.chunk.ChunkStore;
import io.trivet.chunk.ChunkTrailer;
import io.trivet.chunk.ChunkWriter;
import io.trivet.model.ChunkId;
import io.trivet.model.ChunkSize;
import io.trivet.model.NodeId;
import io.trivet.model.Refusal;
import io.trivet.model.Slot;
import io.trivet.model.TrivetException;
import io.trivet.wire.AnswerLimits;
import io.trivet.wire.Blocks;
import io.trivet.wire.Connection;
import io.trivet.wire.Connector;
import io.trivet.wire.PieceFrame;
import io.trivet.wire.Reply;
import io.trivet.wire.Request;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Answers what concerns chunks: stores and forwards them, sends them, says which are here.
 *
 * <p>A store is answered only when this node's replica is on stable storage and the rest of the chain has answered: the answer names who has it and
 * who has not. One exchange is one thread, a platform thread since it reads and writes files.
 */
final class ChunkService {
    /** As patient as a client whose transfers, 24 at the most, share one slow line. */
    private static final Duration PIECE_LIMIT = Duration.ofSeconds(90);

    /** Verifying for one request stops after the chunk that exceeds these bytes or this time. */
    private static final long VERIFY_BYTES = 256L << 20;

    private static final Duration VERIFY_ENOUGH = Duration.ofSeconds(10);

    /** Then the slowest disk has read one more chunk of the largest size. */
    static final Duration VERIFY_LIMIT = Duration.ofMinutes(2);

    private final NodeId self;
    private final ChunkStore store;
    private final LossEpoch lossEpoch;
    private final Connector connector;
    private final KnownCluster cluster;
    private final BooleanSupplier usersAreActive;

    /** @param usersAreActive whether users save or load here right now */
    ChunkService(
            NodeId self,
            ChunkStore store,
            LossEpoch lossEpoch,
            Connector connector,
            KnownCluster cluster,
            BooleanSupplier usersAreActive) {
        this.self = self;
        this.store = store;
        this.lossEpoch = lossEpoch;
        this.connector = connector;
        this.cluster = cluster;
        this.usersAreActive = usersAreActive;
    }

    /** Else a writer who does not know yet would fill what an operator is about to switch off. */
    private boolean isDrained() {
        return cluster.view()
                .flatMap(view -> view.node(self))
                .filter(node -> !node.standing().mayHaveSlots())
                .isPresent();
    }

    /** This node's own replica while it is being written: refused or failed, the pieces are still received and forwarded. */
    private final class LocalReplica implements AutoCloseable {
        private final long epoch = lossEpoch.value();
        private @Nullable ChunkWriter writer;
        private @Nullable Refusal failure;

        LocalReplica(Request.StoreChunk request) {
            if (isDrained()) {
                failure = new Refusal(Refusal.Kind.DENIED, self.toString(), "it is drained, and takes no more chunks");
                return;
            }
            try {
                writer = store.begin(new ChunkHeader(
                        request.chunk(),
                        request.first(),
                        request.chunkSize(),
                        request.length(),
                        request.last(),
                        request.path()));
            } catch (TrivetException e) {
                failure = e.refusal();
            }
        }

        void write(ByteBuffer piece, int[] blockCrcs) {
            ChunkWriter open = writer;
            if (open == null || failure != null) {
                return;
            }
            try {
                open.writeVerified(piece.duplicate(), blockCrcs);
            } catch (TrivetException e) {
                failure = e.refusal();
            }
        }

        void finish(int length, int crc32c) {
            ChunkWriter open = writer;
            if (open == null || failure != null) {
                return;
            }
            try {
                open.finish(length, crc32c);
            } catch (TrivetException e) {
                failure = e.refusal();
            }
        }

        /** Adds this node's word to that of the rest of the chain. */
        Reply.Stored with(Reply.Stored rest) {
            List<Reply.Holder> holders = new ArrayList<>();
            List<Reply.Failure> failures = new ArrayList<>();
            Refusal refusal = failure;
            if (refusal == null) {
                holders.add(new Reply.Holder(self, epoch));
            } else {
                failures.add(new Reply.Failure(self, refusal));
            }
            holders.addAll(rest.holders());
            failures.addAll(rest.failures());
            return new Reply.Stored(holders, failures, rest.length(), rest.crc32c());
        }

        @Override
        public void close() {
            if (writer != null) {
                writer.close();
            }
        }
    }

    /**
     * Receives a chunk, stores it here and forwards it as it arrives, with the token that came with it, for the next node to check. The answer is sent by
     * the caller of this.
     */
    Reply.Stored store(Connection connection, Request.StoreChunk request, ByteBuffer buffer, byte @Nullable [] token)
            throws IOException {
        try (LocalReplica local = new LocalReplica(request);
                Downstream next = request.chain().isEmpty()
                        ? null
                        : new Downstream(connector, cluster, request.chain(), request.forNext(), token)) {
            int sum = receive(connection, request.length(), buffer, local, next);
            if (next != null) {
                next.end(sum);
            }
            // Longer than the caller waits, who would else lose this node because of one behind it.
            connection.within(AnswerLimits.of(request.length(), request.chain().size() + 1));
            local.finish(request.length(), sum);
            return local.with(
                    next == null ? new Reply.Stored(List.of(), List.of(), request.length(), sum) : next.answer(sum));
        }
    }

    /**
     * Takes the pieces as they come; rule 2: every block is checked before it goes anywhere. The next node gets a piece first, so that it works while
     * this one writes. Returns the checksum of all.
     */
    private static int receive(
            Connection connection, int length, ByteBuffer buffer, LocalReplica local, @Nullable Downstream next)
            throws IOException {
        int sum = 0;
        int received = 0;
        while (true) {
            connection.within(PIECE_LIMIT);
            switch (connection.receivePiece(buffer)) {
                case PieceFrame.Bytes(int[] expected) -> {
                    verify(buffer, expected, received, length);
                    sum = Blocks.append(sum, expected, buffer.remaining());
                    received += buffer.remaining();
                    if (next != null) {
                        next.piece(buffer, expected);
                    }
                    local.write(buffer, expected);
                }
                case PieceFrame.End(int sentLength, int sentSum) -> {
                    if (received != length || sentLength != length || sentSum != sum) {
                        throw new ProtocolException("received " + received + " of " + length + " bytes");
                    }
                    return sum;
                }
            }
        }
    }

    private static void verify(ByteBuffer bytes, int[] expected, int received, int length) throws ProtocolException {
        boolean whole = bytes.remaining() % ChunkSize.BLOCK_BYTES == 0 || received + bytes.remaining() == length;
        if (!whole || bytes.remaining() > length - received) {
            throw new ProtocolException(
                    "a piece of " + bytes.remaining() + " bytes after " + received + " of " + length);
        }
        if (!java.util.Arrays.equals(Blocks.checksums(bytes), expected)) {
            throw new ProtocolException("bytes were damaged on the way, after " + received + " of " + length);
        }
    }

    /** Sends a chunk that is here down a chain. */
    Reply.Stored forward(Request.ForwardChunk request, ByteBuffer buffer, byte @Nullable [] token) {
        long epoch = lossEpoch.value();
        try (ChunkReader reader = store.open(request.chunk(), request.first())) {
            ChunkHeader header = reader.trailer().header();
            Request.StoreChunk sent = new Request.StoreChunk(
                    header.chunk(),
                    header.first(),
                    header.chunkSize(),
                    header.length(),
                    header.last(),
                    header.path(),
                    request.chain().subList(1, request.chain().size()),
                    1);
            int sum = reader.trailer().crc32c();
            try (Downstream next = new Downstream(connector, cluster, request.chain(), sent, token)) {
                for (int offset = 0; offset < header.length(); offset += buffer.remaining()) {
                    int length = Math.min(Connection.PIECE_BYTES, header.length() - offset);
                    reader.readBlocks(offset, buffer.clear().limit(length));
                    next.piece(buffer.flip(), reader.blockCrcs(offset, length));
                }
                next.end(sum);
                Reply.Stored rest = next.answer(sum);
                List<Reply.Holder> holders = new ArrayList<>(List.of(new Reply.Holder(self, epoch)));
                holders.addAll(rest.holders());
                return new Reply.Stored(holders, rest.failures(), rest.length(), rest.crc32c());
            }
        }
    }

    /** Sends bytes of a chunk, from the disk with the checksums that were stored with them; whoever receives them compares. */
    void fetch(Connection connection, Request.FetchChunk request, ByteBuffer buffer) throws IOException {
        try (ChunkReader reader = store.open(request.chunk(), request.first())) {
            int start = Math.min(request.offset(), reader.length());
            int end = (int) Math.min(reader.length(), roundUp((long) start + request.length()));
            connection.within(PIECE_LIMIT);
            connection.send(new Reply.Fetched(start, end - start, reader.length()));
            int sum = 0;
            for (int offset = start; offset < end; ) {
                int length = Math.min(Connection.PIECE_BYTES, end - offset);
                reader.read(offset, buffer.clear().limit(length));
                int[] sums = reader.blockCrcs(offset, length);
                connection.within(PIECE_LIMIT);
                connection.sendPiece(buffer.flip(), sums);
                sum = Blocks.append(sum, sums, length);
                offset += length;
            }
            connection.sendEnd(end - start, sum);
        }
    }

    private static long roundUp(long bytes) {
        return Math.ceilDiv(bytes, (long) ChunkSize.BLOCK_BYTES) * ChunkSize.BLOCK_BYTES;
    }

    Reply.Has has(Request.HasChunk request) {
        long epoch = lossEpoch.value();
        List<Reply.Held> held = new ArrayList<>();
        for (ChunkId chunk : request.chunks()) {
            try {
                store.find(chunk, request.first())
                        .ifPresent(trailer ->
                                held.add(new Reply.Held(chunk, trailer.header().length(), trailer.crc32c())));
            } catch (TrivetException _) {
                // Damaged and in quarantine now: not held.
            }
        }
        return new Reply.Has(held, epoch);
    }

    /**
     * Reads chunks, as many as fit into the time of an answer and at least one; bad replicas go to quarantine. Users come first: beside them it rests as long as
     * it reads.
     */
    Reply.Verified verify(Request.VerifyChunks request) {
        long begin = System.nanoTime();
        long read = 0;
        List<Reply.Checked> checked = new ArrayList<>();
        for (ChunkId chunk : request.chunks()) {
            long before = System.nanoTime();
            Reply.Checked next = verify(chunk, request.first());
            makeRoom(System.nanoTime() - before);
            checked.add(next);
            read += next.length();
            if (read > VERIFY_BYTES
                    || System.nanoTime() - begin > VERIFY_ENOUGH.toNanos()
                    || Thread.currentThread().isInterrupted()) {
                break;
            }
        }
        return new Reply.Verified(checked);
    }

    private void makeRoom(long nanos) {
        if (!usersAreActive.getAsBoolean()) {
            return;
        }
        try {
            Thread.sleep(Duration.ofNanos(nanos));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // the node closes
        }
    }

    private Reply.Checked verify(ChunkId chunk, Slot first) {
        try {
            ChunkTrailer trailer = store.verify(chunk, first);
            return new Reply.Checked(
                    chunk, Reply.Condition.SOUND, trailer.header().length(), trailer.crc32c());
        } catch (TrivetException e) {
            return new Reply.Checked(
                    chunk, e.kind() == Refusal.Kind.NO_SUCH_CHUNK ? Reply.Condition.ABSENT : Reply.Condition.BAD, 0, 0);
        }
    }

    /** Reads the chunk; a bad replica goes to quarantine. */
    void check(Request.ReportChunk report) {
        try {
            store.verify(report.chunk(), report.first());
        } catch (TrivetException _) {
            // The store has dealt with it, and said so.
        }
    }
}
