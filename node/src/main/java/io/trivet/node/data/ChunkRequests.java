package io.trivet.node.data;

import io.trivet.model.Slot;
import io.trivet.node.raft.RaftMember;
import io.trivet.repair.Repair;
import io.trivet.wire.Connection;
import io.trivet.wire.protocol.Reply;
import io.trivet.wire.protocol.Request;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers requests for chunks, on threads that may wait for disks. Reports to repair what a request
 * found bad or absent. Any thread.
 */
public final class ChunkRequests {
    private static final Logger LOG = LoggerFactory.getLogger(ChunkRequests.class);

    /** The timeout for sending an answer, after the work for it. */
    static final Duration ANSWER_LIMIT = Duration.ofSeconds(30);

    private final ChunkService chunks;
    private final SmallChunkService small;
    private final ReceiptSigner signer;
    private final Repair repair;
    private final RaftMember raftMember;
    private final TransferPool threads;

    public ChunkRequests(
            ChunkService chunks,
            SmallChunkService small,
            ReceiptSigner signer,
            Repair repair,
            RaftMember raftMember,
            TransferPool threads) {
        this.chunks = chunks;
        this.small = small;
        this.signer = signer;
        this.repair = repair;
        this.raftMember = raftMember;
        this.threads = threads;
    }

    public void store(Connection connection, Request.StoreChunk store, byte @Nullable [] token) throws IOException {
        threads.run(TransferPool.Kind.ofHop(store.hop()), connection, buffer -> {
            Reply.Stored stored = chunks.store(connection, store, buffer, token);
            answer(connection, stored);
        });
    }

    public void storeAll(Connection connection, Request.StoreChunks store, byte @Nullable [] token) throws IOException {
        threads.run(TransferPool.Kind.ofHop(store.hop()), connection, buffer -> {
            Reply.StoredEach stored = small.store(connection, store, buffer, token);
            answer(connection, stored);
        });
    }

    public void fetchAll(Connection connection, Request.FetchChunks fetch) throws IOException {
        threads.run(TransferPool.Kind.FETCH, connection, buffer -> small.fetch(connection, fetch, buffer));
    }

    public void forward(Connection connection, Request.ForwardChunk forward, byte @Nullable [] token)
            throws IOException {
        threads.run(TransferPool.Kind.FORWARD, connection, buffer -> {
            Reply.Stored stored = chunks.forward(forward, buffer, token);
            answer(connection, stored);
        });
    }

    public void fetch(Connection connection, Request.FetchChunk fetch) throws IOException {
        threads.run(TransferPool.Kind.FETCH, connection, buffer -> chunks.fetch(connection, fetch, buffer));
    }

    public void has(Connection connection, Request.HasChunk has) throws IOException {
        threads.run(TransferPool.Kind.LOOK, connection, _ -> connection.send(chunks.has(has)));
    }

    /**
     * A receipt for chunks that are stored here, or, if the request names none, for a committed
     * file.
     */
    public void sign(Connection connection, Request.SignReceipt sign) throws IOException {
        if (sign.chunks().isEmpty()) {
            connection.send(signer.committed(sign, raftMember.confirmedNamespace()));
            return;
        }
        threads.run(TransferPool.Kind.CHECK, connection, _ -> {
            connection.timeout(ChunkService.VERIFY_LIMIT);
            Reply.Signed signed = signer.stored(sign);
            answer(connection, signed);
        });
    }

    public void verify(Connection connection, Request.VerifyChunks verify) throws IOException {
        threads.run(TransferPool.Kind.CHECK, connection, _ -> {
            connection.timeout(ChunkService.VERIFY_LIMIT);
            Reply.Verified verified = chunks.verify(verify);
            checkSlotsOf(verify.first(), verified);
            answer(connection, verified);
        });
    }

    /**
     * Repair must check these slots: the bad or absent replicas may have been counted as held,
     * since files can be changed behind the store's back.
     */
    private void checkSlotsOf(Slot first, Reply.Verified verified) {
        for (Reply.Checked checked : verified.checked()) {
            if (checked.condition() != Reply.Condition.SOUND) {
                repair.check(first.plus(checked.chunk().number() - 1L));
            }
        }
    }

    /** A peer found a chunk damaged or missing; it is checked in the background. */
    public void reported(Connection connection, Request.ReportChunk report) throws IOException {
        LOG.info("reported chunk={} reason=\"{}\"", report.chunk(), report.reason());
        threads.later(() -> {
            chunks.check(report);
            Slot slot = report.first().plus(report.chunk().number() - 1L);
            repair.check(slot);
            repair.suspect(report.chunk(), slot);
        });
        connection.send(new Reply.Done());
    }

    private static void answer(Connection connection, Reply reply) throws IOException {
        connection.timeout(ANSWER_LIMIT);
        connection.send(reply);
    }
}
