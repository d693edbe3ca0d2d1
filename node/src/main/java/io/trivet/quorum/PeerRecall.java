package io.trivet.quorum;

import io.trivet.model.NodeId;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.ratis.server.protocol.TermIndex;

/**
 * What a master tells another of itself, with the request for what the other knows of it.
 *
 * @param acknowledged the newest entry that is committed and on stable storage in the caller's log
 * @param starved the caller must catch up, but gets nothing from the leader
 */
record PeerRecall(NodeId caller, NodeId listener, Incarnation.Life life, TermIndex acknowledged, boolean starved) {
    private static final int BYTES = 28 + Incarnation.Life.BYTES;

    byte[] toBytes() {
        ByteBuffer buffer = ByteBuffer.allocate(BYTES).putInt(caller.number()).putInt(listener.number());
        life.put(buffer);
        put(buffer, acknowledged);
        return buffer.putInt(starved ? 1 : 0).array();
    }

    static PeerRecall from(byte[] body) throws IOException {
        ByteBuffer buffer = sized(body, BYTES);
        try {
            NodeId caller = new NodeId(buffer.getInt());
            NodeId listener = new NodeId(buffer.getInt());
            Incarnation.Life life = Incarnation.Life.from(buffer);
            return new PeerRecall(caller, listener, life, position(buffer), buffer.getInt() != 0);
        } catch (IllegalArgumentException e) {
            throw new IOException("a recall names no node: " + e.getMessage(), e);
        }
    }

    private static void put(ByteBuffer buffer, TermIndex position) {
        buffer.putLong(position.getTerm()).putLong(position.getIndex());
    }

    private static TermIndex position(ByteBuffer buffer) {
        long term = buffer.getLong();
        return TermIndex.valueOf(term, buffer.getLong());
    }

    private static ByteBuffer sized(byte[] body, int bytes) throws IOException {
        if (body.length != bytes) {
            throw new IOException("a recall has " + bytes + " bytes, not " + body.length);
        }
        return ByteBuffer.wrap(body);
    }

    /**
     * What the other master knows of the caller.
     *
     * @param superseded it knows a later start of this log, or another run of the same start
     * @param otherRuns another run of this log called it less than 5 s ago
     */
    record Known(boolean superseded, boolean otherRuns, long starts, TermIndex acknowledged) {}

    /**
     * The answer.
     *
     * @param older whether the answering master itself was found older than what others know of it
     * @param end the newest entry of its own log
     * @param term its own
     */
    record Answer(Known known, boolean older, TermIndex end, long term) {
        private static final int BYTES = 52;
        private static final int SUPERSEDED = 1;
        private static final int OTHER_RUNS = 2;
        private static final int OLDER = 4;

        byte[] toBytes() {
            ByteBuffer buffer = ByteBuffer.allocate(BYTES);
            buffer.putInt(
                    (known.superseded ? SUPERSEDED : 0) | (known.otherRuns ? OTHER_RUNS : 0) | (older ? OLDER : 0));
            buffer.putLong(known.starts);
            put(buffer, known.acknowledged);
            put(buffer, end);
            return buffer.putLong(term).array();
        }

        static Answer from(byte[] body) throws IOException {
            ByteBuffer buffer = sized(body, BYTES);
            int flags = buffer.getInt();
            Known known =
                    new Known((flags & SUPERSEDED) != 0, (flags & OTHER_RUNS) != 0, buffer.getLong(), position(buffer));
            return new Answer(known, (flags & OLDER) != 0, position(buffer), buffer.getLong());
        }
    }
}
