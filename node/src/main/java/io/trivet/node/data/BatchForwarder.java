package io.trivet.node.data;

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
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Forwards many small chunks to the next node of a chain. Nothing here throws: a node that fails is
 * named for each chunk in {@link #answer}. One thread.
 */
final class BatchForwarder implements AutoCloseable {
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(10);

    private final Connector connector;
    private final KnownCluster cluster;
    private final List<NodeId> chain;
    private final Request.StoreChunks request;
    private final byte @Nullable [] token;
    private @Nullable Connection connection;
    private @Nullable Refusal failure;
    private @Nullable List<Reply.Stored> answered;

    /**
     * @param chain begins with the next node
     * @param request to the next node
     */
    BatchForwarder(
            Connector connector,
            KnownCluster cluster,
            List<NodeId> chain,
            Request.StoreChunks request,
            byte @Nullable [] token) {
        this.connector = connector;
        this.cluster = cluster;
        this.chain = chain;
        this.request = request;
        this.token = token;
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

    /** Sends everything, so that the next node stores it while this one does. */
    void send(ByteBuffer bytes, int[] blockCrcs, int crc32c) {
        attempt(() -> {
            Connection taken = connector.take(cluster.address(chain.getFirst()), CONNECT_LIMIT);
            connection = taken;
            taken.timeout(StoreTimeouts.of(request.length(), chain.size() - 1));
            taken.sendWhole(new RequestEnvelope(chain.getFirst(), request, token), bytes, blockCrcs, crc32c, null);
        });
    }

    /** What the chain has stored of each chunk, or every node of it as failed. */
    List<Reply.Stored> answer() {
        attempt(() -> {
            Connection open = Objects.requireNonNull(connection);
            if (!(open.receive().message() instanceof Reply.StoredEach(var stored)) || !confirms(stored)) {
                throw new IOException(chain.getFirst() + " did not confirm what it was sent");
            }
            connector.giveBack(open);
            connection = null;
            answered = stored;
        });
        Refusal refusal = failure;
        return refusal == null ? Objects.requireNonNull(answered) : failed(refusal);
    }

    /** Rule 2: what the nodes stored must be what they were sent. */
    private boolean confirms(List<Reply.Stored> stored) {
        if (stored.size() != request.chunks().size()) {
            return false;
        }
        for (int place = 0; place < stored.size(); place++) {
            Reply.Stored told = stored.get(place);
            Request.SmallChunk sent = request.chunks().get(place);
            if (told.length() != sent.length()
                    || told.crc32c() != sent.crc32c()
                    || !Sha256.agree(told.sha256(), sent.sha256())) {
                return false;
            }
        }
        return true;
    }

    private List<Reply.Stored> failed(Refusal refusal) {
        List<Reply.Failure> failures =
                chain.stream().map(node -> new Reply.Failure(node, refusal)).toList();
        return request.chunks().stream()
                .map(chunk -> new Reply.Stored(List.of(), failures, chunk.length(), chunk.crc32c(), chunk.sha256()))
                .toList();
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
