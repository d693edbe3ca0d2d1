package io.trivet.node.data;

import io.trivet.chunk.ChunkHeader;
import io.trivet.chunk.ChunkReader;
import io.trivet.chunk.ChunkStore;
import io.trivet.chunk.ChunkTrailer;
import io.trivet.chunk.ChunkWriter;
import io.trivet.model.ChunkId;
import io.trivet.model.ChunkSize;
import io.trivet.model.NodeId;
import io.trivet.model.Refusal;
import io.trivet.model.Sha256;
import io.trivet.model.Slot;
import io.trivet.model.TrivetException;
import io.trivet.node.access.StoreReceipts;
import io.trivet.node.cluster.KnownCluster;
import io.trivet.node.identity.LossEpoch;
import io.trivet.wire.BlockSums;
import io.trivet.wire.Connection;
import io.trivet.wire.Connector;
import io.trivet.wire.DataFrame;
import io.trivet.wire.StoreTimeouts;
import io.trivet.wire.protocol.Reply;
import io.trivet.wire.protocol.Request;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Serves chunk requests: store, forward, fetch, and which chunks are here.
 *
 * <p>A store is answered only when this node's replica is on stable storage and the rest of the
 * chain has answered: the answer names the nodes that have the chunk and those that do not. Each
 * exchange has one thread, a platform thread because it does file I/O.
 */
public final class ChunkService {
    /** The longest time without a byte. */
    static final Duration SILENCE_LIMIT = Duration.ofSeconds(30);

    /** Verifying for one request stops after the chunk that exceeds these bytes or this time. */
    private static final long VERIFY_BYTES = 256L << 20;

    private static final Duration VERIFY_ENOUGH = Duration.ofSeconds(10);

    /** Covers one more chunk of the largest size on the slowest disk. */
    public static final Duration VERIFY_LIMIT = Duration.ofMinutes(2);

    private final NodeId self;
    private final ChunkStore store;
    private final LossEpoch lossEpoch;
    private final Connector connector;
    private final KnownCluster cluster;
    private final StoreReceipts receipts;
    private final BooleanSupplier usersAreActive;

    /** @param usersAreActive whether users save or load here right now */
    public ChunkService(
            NodeId self,
            ChunkStore store,
            LossEpoch lossEpoch,
            Connector connector,
            KnownCluster cluster,
            StoreReceipts receipts,
            BooleanSupplier usersAreActive) {
        this.self = self;
        this.store = store;
        this.lossEpoch = lossEpoch;
        this.connector = connector;
        this.cluster = cluster;
        this.receipts = receipts;
        this.usersAreActive = usersAreActive;
    }

    /**
     * This node's own replica while it is written. If it is refused or fails, the pieces are still
     * received and forwarded.
     */
    private final class LocalReplica implements AutoCloseable {
        private final long epoch = lossEpoch.value();
        private @Nullable ChunkWriter writer;
        private @Nullable Refusal failure;

        LocalReplica(Request.StoreChunk request) {
            // Otherwise a writer with an old view would fill a node that is about to be switched off.
            if (cluster.drains(self)) {
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

        void finish(Received received) {
            ChunkWriter open = writer;
            if (open == null || failure != null) {
                return;
            }
            try {
                open.finish(received.length(), received.crc32c(), received.sha256());
            } catch (TrivetException e) {
                failure = e.refusal();
            }
        }

        /** Adds this node's result to that of the rest of the chain. */
        Reply.Stored with(ChunkId chunk, Reply.Stored rest) {
            List<Reply.Holder> holders = new ArrayList<>();
            List<Reply.Failure> failures = new ArrayList<>();
            Refusal refusal = failure;
            if (refusal == null) {
                holders.add(holder(chunk, rest, epoch));
            } else {
                failures.add(new Reply.Failure(self, refusal));
            }
            holders.addAll(rest.holders());
            failures.addAll(rest.failures());
            return new Reply.Stored(holders, failures, rest.length(), rest.crc32c(), rest.sha256());
        }

        @Override
        public void close() {
            if (writer != null) {
                writer.close();
            }
        }
    }

    /**
     * Receives a chunk, stores it here and forwards it as it arrives, with its token for the next
     * node to verify. The caller sends the answer.
     */
    public Reply.Stored store(
            Connection connection, Request.StoreChunk request, ByteBuffer buffer, byte @Nullable [] token)
            throws IOException {
        try (LocalReplica local = new LocalReplica(request);
                ReplicaForwarder next = request.chain().isEmpty()
                        ? null
                        : new ReplicaForwarder(connector, cluster, request.chain(), request.forNext(), token)) {
            Received received = receive(connection, request, buffer, local, next);
            if (next != null) {
                next.end(received.crc32c(), received.sha256());
            }
            // Longer than the caller waits, so that the caller does not give up this node because
            // of one behind it.
            connection.timeout(
                    StoreTimeouts.of(request.length(), request.chain().size() + 1));
            local.finish(received);
            return local.with(request.chunk(), next == null ? received.byNobody() : next.answer(received.byNobody()));
        }
    }

    /**
     * Takes the pieces as they come; every block is verified before it is used (rule 2). The next
     * node gets a piece first, so that it works while this one writes.
     */
    private static Received receive(
            Connection connection,
            Request.StoreChunk request,
            ByteBuffer buffer,
            LocalReplica local,
            @Nullable ReplicaForwarder next)
            throws IOException {
        int length = request.length();
        Sha256.Hasher hasher = request.checkSha256() ? new Sha256.Hasher() : null;
        int sum = 0;
        int received = 0;
        TransferDeadline time = new TransferDeadline(length);
        while (true) {
            connection.timeout(time.next(), SILENCE_LIMIT);
            long begin = System.nanoTime();
            DataFrame frame = connection.receivePiece(buffer);
            time.waited(Duration.ofNanos(System.nanoTime() - begin));
            switch (frame) {
                case DataFrame.Bytes(int[] expected) -> {
                    verify(buffer, expected, received, length);
                    sum = BlockSums.append(sum, expected, buffer.remaining());
                    received += buffer.remaining();
                    if (next != null) {
                        next.piece(buffer, expected);
                    }
                    if (hasher != null) {
                        hasher.update(buffer);
                    }
                    local.write(buffer, expected);
                }
                case DataFrame.End(int sentLength, int sentSum, var told) -> {
                    if (received != length || sentLength != length || sentSum != sum) {
                        throw new ProtocolException("received " + received + " of " + length + " bytes");
                    }
                    return new Received(length, sum, hasher == null ? told : computed(hasher, told));
                }
            }
        }
    }

    private static Sha256 computed(Sha256.Hasher hasher, @Nullable Sha256 told) throws ProtocolException {
        Sha256 found = hasher.finish();
        if (!Sha256.agree(told, found)) {
            throw new ProtocolException("received bytes with sha256 " + found + ", and was told " + told);
        }
        return found;
    }

    /** What arrived of a chunk. */
    private record Received(
            int length, int crc32c, @Nullable Sha256 sha256) {
        Reply.Stored byNobody() {
            return new Reply.Stored(List.of(), List.of(), length, crc32c, sha256);
        }
    }

    private static void verify(ByteBuffer bytes, int[] expected, int received, int length) throws ProtocolException {
        boolean whole = bytes.remaining() % ChunkSize.BLOCK_BYTES == 0 || received + bytes.remaining() == length;
        if (!whole || bytes.remaining() > length - received) {
            throw new ProtocolException(
                    "a piece of " + bytes.remaining() + " bytes after " + received + " of " + length);
        }
        if (!java.util.Arrays.equals(BlockSums.checksums(bytes), expected)) {
            throw new ProtocolException("bytes were damaged on the way, after " + received + " of " + length);
        }
    }

    /** This node as a holder: it has the chunk on stable storage. */
    private Reply.Holder holder(ChunkId chunk, Reply.Stored stored, long epoch) {
        Reply.Held held = new Reply.Held(chunk, stored.length(), stored.crc32c(), stored.sha256());
        return new Reply.Holder(self, epoch, receipts.of(held, epoch));
    }

    /**
     * Sends a chunk from here down a chain. Verifies it while reading, and sends nothing that
     * differs from its trailer.
     */
    public Reply.Stored forward(Request.ForwardChunk request, ByteBuffer buffer, byte @Nullable [] token) {
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
                    1,
                    true);
            int sum = reader.trailer().crc32c();
            try (ReplicaForwarder next = new ReplicaForwarder(connector, cluster, request.chain(), sent, token)) {
                Sha256.Hasher hasher = new Sha256.Hasher();
                for (int offset = 0; offset < header.length(); offset += buffer.remaining()) {
                    int length = Math.min(Connection.PIECE_BYTES, header.length() - offset);
                    reader.readBlocks(offset, buffer.clear().limit(length));
                    hasher.update(buffer.flip());
                    next.piece(buffer, reader.blockCrcs(offset, length));
                }
                Sha256 found = hasher.finish();
                reader.requireContent(found);
                next.end(sum, found);
                Reply.Stored rest = next.answer(new Reply.Stored(List.of(), List.of(), header.length(), sum, found));
                List<Reply.Holder> holders = new ArrayList<>(List.of(holder(request.chunk(), rest, epoch)));
                holders.addAll(rest.holders());
                return new Reply.Stored(holders, rest.failures(), rest.length(), rest.crc32c(), rest.sha256());
            }
        }
    }

    /** Sends bytes of a chunk from the disk with their stored checksums; the receiver compares. */
    public void fetch(Connection connection, Request.FetchChunk request, ByteBuffer buffer) throws IOException {
        try (ChunkReader reader = store.open(request.chunk(), request.first())) {
            int start = Math.min(request.offset(), reader.length());
            int end = (int) Math.min(reader.length(), roundUp((long) start + request.length()));
            TransferDeadline time = new TransferDeadline(end - start);
            connection.timeout(time.next(), SILENCE_LIMIT);
            connection.send(new Reply.Fetched(start, end - start, reader.length()));
            int sum = 0;
            for (int offset = start; offset < end; ) {
                int length = Math.min(Connection.PIECE_BYTES, end - offset);
                reader.read(offset, buffer.clear().limit(length));
                int[] sums = reader.blockCrcs(offset, length);
                connection.timeout(time.next(), SILENCE_LIMIT);
                long begin = System.nanoTime();
                connection.sendPiece(buffer.flip(), sums);
                time.waited(Duration.ofNanos(System.nanoTime() - begin));
                sum = BlockSums.append(sum, sums, length);
                offset += length;
            }
            boolean whole = start == 0 && end == reader.length();
            connection.sendEnd(end - start, sum, whole ? reader.trailer().sha256() : null);
        }
    }

    private static long roundUp(long bytes) {
        return Math.ceilDiv(bytes, (long) ChunkSize.BLOCK_BYTES) * ChunkSize.BLOCK_BYTES;
    }

    public Reply.Has has(Request.HasChunk request) {
        long epoch = lossEpoch.value();
        List<Reply.Held> held = new ArrayList<>();
        for (ChunkId chunk : request.chunks()) {
            try {
                store.find(chunk, request.first())
                        .ifPresent(trailer -> held.add(
                                new Reply.Held(chunk, trailer.header().length(), trailer.crc32c(), trailer.sha256())));
            } catch (TrivetException _) {
                // Damaged and now in quarantine, so not held.
            }
        }
        return new Reply.Has(held, epoch);
    }

    /**
     * Reads chunks, as many as fit into the time of an answer but at least one; bad replicas go to
     * quarantine. While users are active it rests as long as it reads.
     */
    public Reply.Verified verify(Request.VerifyChunks request) {
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
            Thread.currentThread().interrupt(); // the node is closing
        }
    }

    private Reply.Checked verify(ChunkId chunk, Slot first) {
        try {
            ChunkTrailer trailer = store.verify(chunk, first);
            return new Reply.Checked(
                    chunk, Reply.Condition.SOUND, trailer.header().length(), trailer.crc32c(), trailer.sha256());
        } catch (TrivetException e) {
            return new Reply.Checked(
                    chunk, e.kind() == Refusal.Kind.NO_SUCH_CHUNK ? Reply.Condition.ABSENT : Reply.Condition.BAD, 0, 0);
        }
    }

    /** Reads the chunk; a bad replica goes to quarantine. */
    public void check(Request.ReportChunk report) {
        try {
            store.verify(report.chunk(), report.first());
        } catch (TrivetException _) {
            // The store has handled and reported it.
        }
    }
}
