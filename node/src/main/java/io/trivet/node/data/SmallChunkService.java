package io.trivet.node.data;

import io.trivet.chunk.ArrivedChunk;
import io.trivet.chunk.ChunkHeader;
import io.trivet.chunk.ChunkReader;
import io.trivet.chunk.ChunkStore;
import io.trivet.model.Checksums;
import io.trivet.model.NodeId;
import io.trivet.model.Refusal;
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
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Stores and fetches many small chunks in one exchange. They fit into one piece, so a batch takes one
 * place and one buffer, as a single chunk does. Each chunk has a result of its own, and means what the
 * same request for it alone means: {@link ChunkService}. Each exchange has one thread.
 */
public final class SmallChunkService {
    private final NodeId self;
    private final ChunkStore store;
    private final LossEpoch lossEpoch;
    private final Connector connector;
    private final KnownCluster cluster;
    private final StoreReceipts receipts;

    public SmallChunkService(
            NodeId self,
            ChunkStore store,
            LossEpoch lossEpoch,
            Connector connector,
            KnownCluster cluster,
            StoreReceipts receipts) {
        this.self = self;
        this.store = store;
        this.lossEpoch = lossEpoch;
        this.connector = connector;
        this.cluster = cluster;
        this.receipts = receipts;
    }

    /**
     * Receives the chunks, forwards them to the next node, and stores them here while that node does.
     * Returns when both have ended; the caller sends the answer. Nothing is forwarded or stored before
     * every block was verified (rule 2).
     */
    public Reply.StoredEach store(
            Connection connection, Request.StoreChunks request, ByteBuffer buffer, byte @Nullable [] token)
            throws IOException {
        long epoch = lossEpoch.value();
        List<ArrivedChunk> arrived = receive(connection, request, buffer);
        try (BatchForwarder next = request.chain().isEmpty()
                ? null
                : new BatchForwarder(connector, cluster, request.chain(), request.forNext(), token)) {
            if (next != null) {
                next.send(buffer, blockCrcs(arrived), crc(arrived));
            }
            // Longer than the caller waits, so that the caller does not give up this node because
            // of one behind it.
            connection.timeout(
                    StoreTimeouts.of(request.length(), request.chain().size() + 1));
            List<Optional<Refusal>> refusals = keep(arrived);
            List<Reply.Stored> rest = next == null ? byNobody(request) : next.answer();
            List<Reply.Stored> all = new ArrayList<>();
            for (int place = 0; place < arrived.size(); place++) {
                all.add(with(request.chunks().get(place), refusals.get(place), rest.get(place), epoch));
            }
            return new Reply.StoredEach(all);
        }
    }

    /** Otherwise a writer with an old view would fill a node that is about to be switched off. */
    private List<Optional<Refusal>> keep(List<ArrivedChunk> arrived) {
        return cluster.drains(self)
                ? arrived.stream().map(_ -> Optional.of(drained())).toList()
                : store.storeAll(arrived);
    }

    private Refusal drained() {
        return new Refusal(Refusal.Kind.DENIED, self.toString(), "it is drained, and takes no more chunks");
    }

    private static List<ArrivedChunk> receive(Connection connection, Request.StoreChunks request, ByteBuffer buffer)
            throws IOException {
        TransferDeadline time = new TransferDeadline(request.length());
        connection.timeout(time.next(), ChunkService.SILENCE_LIMIT);
        long begin = System.nanoTime();
        DataFrame frame = connection.receivePiece(buffer);
        time.waited(Duration.ofNanos(System.nanoTime() - begin));
        if (!(frame instanceof DataFrame.Bytes(int[] blockCrcs)) || buffer.remaining() != request.length()) {
            throw new ProtocolException("not one piece of " + request.length() + " bytes");
        }
        List<ArrivedChunk> arrived = verified(request, buffer, blockCrcs);
        connection.timeout(time.next(), ChunkService.SILENCE_LIMIT);
        if (!(connection.receivePiece(ByteBuffer.allocate(0)) instanceof DataFrame.End end)
                || end.length() != request.length()
                || end.crc32c() != crc(arrived)) {
            throw new ProtocolException("not the end of a piece of " + request.length() + " bytes");
        }
        return arrived;
    }

    private static List<ArrivedChunk> verified(Request.StoreChunks request, ByteBuffer bytes, int[] expected)
            throws ProtocolException {
        List<ArrivedChunk> arrived = new ArrayList<>();
        int at = bytes.position();
        int block = 0;
        for (Request.SmallChunk chunk : request.chunks()) {
            ByteBuffer slice = bytes.slice(at, chunk.length());
            int[] found = BlockSums.checksums(slice);
            int end = block + found.length;
            if (end > expected.length || !Arrays.equals(found, Arrays.copyOfRange(expected, block, end))) {
                throw new ProtocolException("bytes of chunk " + chunk.chunk() + " were damaged on the way");
            }
            if (BlockSums.append(0, found, chunk.length()) != chunk.crc32c()) {
                throw new ProtocolException("chunk " + chunk.chunk() + " does not have the checksum that was told");
            }
            arrived.add(new ArrivedChunk(header(chunk), slice, found, chunk.crc32c(), chunk.sha256()));
            at += chunk.length();
            block = end;
        }
        if (block != expected.length) {
            throw new ProtocolException(expected.length + " checksums came for " + block + " blocks");
        }
        return arrived;
    }

    private static ChunkHeader header(Request.SmallChunk chunk) {
        return new ChunkHeader(
                chunk.chunk(), chunk.first(), chunk.chunkSize(), chunk.length(), chunk.last(), chunk.path());
    }

    private static int[] blockCrcs(List<ArrivedChunk> arrived) {
        return arrived.stream()
                .flatMapToInt(chunk -> Arrays.stream(chunk.blockCrcs()))
                .toArray();
    }

    private static int crc(List<ArrivedChunk> arrived) {
        int crc = 0;
        for (ArrivedChunk chunk : arrived) {
            crc = Checksums.combine(crc, chunk.crc32c(), chunk.header().length());
        }
        return crc;
    }

    private static List<Reply.Stored> byNobody(Request.StoreChunks request) {
        return request.chunks().stream()
                .map(chunk -> new Reply.Stored(List.of(), List.of(), chunk.length(), chunk.crc32c(), chunk.sha256()))
                .toList();
    }

    /** Adds this node's result for one chunk to that of the rest of the chain. */
    private Reply.Stored with(Request.SmallChunk chunk, Optional<Refusal> refusal, Reply.Stored rest, long epoch) {
        List<Reply.Holder> holders = new ArrayList<>();
        List<Reply.Failure> failures = new ArrayList<>();
        if (refusal.isEmpty()) {
            Reply.Held held = new Reply.Held(chunk.chunk(), chunk.length(), chunk.crc32c(), chunk.sha256());
            holders.add(new Reply.Holder(self, epoch, receipts.of(held, epoch)));
        } else {
            failures.add(new Reply.Failure(self, refusal.get()));
        }
        holders.addAll(rest.holders());
        failures.addAll(rest.failures());
        return new Reply.Stored(holders, failures, chunk.length(), chunk.crc32c(), chunk.sha256());
    }

    /**
     * Sends whole chunks from the disk with their stored checksums, as many as are here and have the
     * length that the caller expects; the receiver compares. The others are refused one by one.
     */
    public void fetch(Connection connection, Request.FetchChunks request, ByteBuffer buffer) throws IOException {
        buffer.clear();
        List<Reply.FetchedChunk> fetched = new ArrayList<>();
        List<int[]> sums = new ArrayList<>();
        int crc = 0;
        for (Request.WantedChunk wanted : request.chunks()) {
            int at = buffer.position();
            try (ChunkReader reader = store.open(wanted.chunk(), wanted.first())) {
                requireLength(reader, wanted);
                reader.read(0, buffer.limit(at + wanted.length()));
                sums.add(reader.blockCrcs(0, wanted.length()));
                crc = Checksums.combine(crc, reader.trailer().crc32c(), wanted.length());
                fetched.add(new Reply.FetchedChunk(null, reader.trailer().sha256()));
                buffer.limit(buffer.capacity()).position(at + wanted.length());
            } catch (TrivetException e) {
                buffer.limit(buffer.capacity()).position(at);
                fetched.add(new Reply.FetchedChunk(e.refusal(), null));
            }
        }
        buffer.flip();
        TransferDeadline time = new TransferDeadline(buffer.remaining());
        connection.timeout(time.next(), ChunkService.SILENCE_LIMIT);
        connection.send(new Reply.FetchedEach(fetched));
        if (buffer.hasRemaining()) {
            connection.sendPiece(
                    buffer, sums.stream().flatMapToInt(Arrays::stream).toArray());
            connection.sendEnd(buffer.remaining(), crc, null);
        }
    }

    private static void requireLength(ChunkReader reader, Request.WantedChunk wanted) {
        if (reader.length() != wanted.length()) {
            throw TrivetException.of(
                    Refusal.Kind.CORRUPT,
                    wanted.chunk().toString(),
                    "this replica has " + reader.length() + " bytes, and " + wanted.length() + " were expected");
        }
    }
}
