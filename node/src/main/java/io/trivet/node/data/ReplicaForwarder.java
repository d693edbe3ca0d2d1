package io.trivet.node.data;

import io.trivet.model.Address;
import io.trivet.model.NodeId;
import io.trivet.model.Refusal;
import io.trivet.model.Sha256;
import io.trivet.model.TrivetException;
import io.trivet.node.cluster.KnownCluster;
import io.trivet.wire.Connection;
import io.trivet.wire.Connector;
import io.trivet.wire.StoreTimeouts;
import io.trivet.wire.protocol.Reply;
import io.trivet.wire.protocol.Request;
import io.trivet.wire.protocol.RequestEnvelope;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Forwards a chunk, as it arrives, to the next node of a chain. Nothing here throws: a node that
 * fails is named in {@link #answer}, and the transfer continues without it. One thread.
 */
final class ReplicaForwarder implements AutoCloseable {
    private static final Duration PIECE_LIMIT = Duration.ofSeconds(10);

    /**
     * A longer chunk is forwarded as it arrives, so that the next node works while this one writes.
     */
    private static final int HELD_BYTES = 256 << 10;

    private final Connector connector;
    private final List<NodeId> chain;
    private final RequestEnvelope request;
    private final int length;
    private @Nullable Connection connection;
    private @Nullable Whole held;
    private boolean asked;
    private @Nullable Refusal failure;

    /** A small chunk, which is sent together with its end. */
    private record Whole(ByteBuffer bytes, int[] blockCrcs) {}

    /**
     * @param chain begins with the next node
     * @param request to the next node
     */
    ReplicaForwarder(
            Connector connector,
            KnownCluster cluster,
            List<NodeId> chain,
            Request.StoreChunk request,
            byte @Nullable [] token) {
        this.connector = connector;
        this.chain = chain;
        this.request = new RequestEnvelope(chain.getFirst(), request, token);
        this.length = request.length();
        attempt(() -> {
            Address address = cluster.address(chain.getFirst());
            connection = connector.take(address, PIECE_LIMIT);
        });
    }

    private interface Step {
        void run() throws IOException;
    }

    private void attempt(Step step) {
        if (failure != null) {
            return;
        }
        try {
            step.run();
        } catch (TrivetException e) {
            fail(e.refusal());
        } catch (IOException e) {
            fail(new Refusal(Refusal.Kind.UNREACHABLE, chain.getFirst().toString(), String.valueOf(e.getMessage())));
        }
    }

    private void fail(Refusal refusal) {
        failure = refusal;
        close();
    }

    /**
     * Sends a piece, or holds it if it is a whole small chunk; then the caller must not change its
     * bytes before {@link #end}.
     */
    void piece(ByteBuffer bytes, int[] blockCrcs) {
        if (bytes.remaining() == length && length <= HELD_BYTES) {
            held = new Whole(bytes.duplicate(), blockCrcs);
            return;
        }
        attempt(() -> {
            open().timeout(PIECE_LIMIT);
            ask();
            open().sendPiece(bytes, blockCrcs);
        });
    }

    private void ask() throws IOException {
        if (!asked) {
            asked = true;
            open().send(request);
        }
    }

    /** Ends the chunk, so that the next node can make it durable while this one does. */
    void end(int crc32c, @Nullable Sha256 sha256) {
        attempt(() -> {
            open().timeout(StoreTimeouts.of(length, chain.size() - 1));
            Whole whole = held;
            if (whole == null) {
                ask();
                open().sendEnd(length, crc32c, sha256);
            } else {
                open().sendWhole(request, whole.bytes(), whole.blockCrcs(), crc32c, sha256);
            }
        });
    }

    /**
     * The answer of the chain, or every node of it as failed. {@code sent}: what the nodes must
     * have received.
     */
    Reply.Stored answer(Reply.Stored sent) {
        Reply.Stored[] answer = new Reply.Stored[1];
        attempt(() -> {
            if (!(open().receive().message() instanceof Reply.Stored stored)
                    || stored.length() != length
                    || stored.crc32c() != sent.crc32c()
                    || !Sha256.agree(stored.sha256(), sent.sha256())) {
                throw new IOException(chain.getFirst() + " did not confirm what it was sent");
            }
            answer[0] = stored;
            connector.giveBack(open());
            connection = null;
        });
        Refusal refusal = failure;
        return refusal == null
                ? answer[0]
                : new Reply.Stored(List.of(), failures(refusal), length, sent.crc32c(), sent.sha256());
    }

    private List<Reply.Failure> failures(Refusal refusal) {
        return chain.stream().map(node -> new Reply.Failure(node, refusal)).toList();
    }

    private Connection open() {
        return java.util.Objects.requireNonNull(connection);
    }

    @Override
    public void close() {
        Connection opened = connection;
        connection = null;
        if (opened != null) {
            opened.close();
        }
    }
}
