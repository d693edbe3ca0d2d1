package io.trivet.quorum;

import io.trivet.message.StateCodec;
import io.trivet.message.StateMessages;
import io.trivet.model.Outcome;
import io.trivet.namespace.LaterReleaseException;
import java.util.List;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;

/** The content of the log: {@code StateMessages.Batch} in, {@code StateMessages.Outcomes} out. */
final class LogEntryCodec {
    /** The version of an entry that every release can apply. */
    private static final int FIRST = 1;

    /**
     * The version of an entry with a condition, a chosen chunk size or attributes: a release that
     * knows only {@link #FIRST} would apply it and ignore them, or refuse rows that are restored.
     */
    private static final int SECOND = 2;

    /** What the keys of rows with attributes begin with. */
    private static final com.google.protobuf.ByteString ATTRIBUTES = com.google.protobuf.ByteString.copyFromUtf8("H");

    /** The most bytes of a log entry, so that a few of them fit into one call between peers. */
    static final int MAX_ENTRY_BYTES = 512 << 10;

    /** The most operations of an entry, so that none waits long for those before it. */
    static final int MAX_OPERATIONS = 1024;

    /**
     * An upper bound for the bytes of a batch besides its operations, and of an operation besides
     * its message.
     */
    static final int OVERHEAD_BYTES = 32;

    private LogEntryCodec() {}

    /**
     * Reads an entry. Throws {@link LaterReleaseException} if only a later release can apply it,
     * another {@link IllegalStateException} if it cannot be applied; the message is for a person.
     */
    static StateMessages.Batch read(long index, ByteString entry) {
        try {
            StateMessages.Batch batch = StateMessages.Batch.parseFrom(entry.asReadOnlyByteBuffer());
            if (batch.getVersion() < FIRST || batch.getVersion() > SECOND) {
                throw later(
                        index,
                        "has version " + batch.getVersion() + ", and this release knows " + FIRST + " to " + SECOND);
            }
            for (StateMessages.Operation operation : batch.getOperationsList()) {
                if (operation.getCommand().getKindCase() == StateMessages.Command.KindCase.KIND_NOT_SET) {
                    throw later(index, "has an operation of a kind that this release does not know");
                }
            }
            return batch;
        } catch (com.google.protobuf.InvalidProtocolBufferException e) {
            throw new IllegalStateException(
                    "entry " + index + " of the quorum's log cannot be read: " + e.getMessage(), e);
        }
    }

    /** The version of an entry with these operations. */
    static int version(StateMessages.BatchOrBuilder batch) {
        return batch.getOperationsList().stream()
                        .anyMatch(operation -> operation.getConditionsCount() > 0
                                || operation.getCommand().getReserve().getChunkSize() > 0
                                || operation.getCommand().getCommit().getAttributesCount() > 0
                                || operation.getCommand().getRestore().getRowsList().stream()
                                        .anyMatch(row -> row.getKey().startsWith(ATTRIBUTES)))
                ? SECOND
                : FIRST;
    }

    private static LaterReleaseException later(long index, String what) {
        return new LaterReleaseException("entry " + index + " of the quorum's log " + what);
    }

    /** A batch that is to be proposed. */
    static final class Entry implements Message {
        private final ByteString content;
        private volatile boolean proposed;

        Entry(StateMessages.Batch batch) {
            this.content = UnsafeByteOperations.unsafeWrap(batch.toByteArray());
        }

        @Override
        public ByteString getContent() {
            return content;
        }

        /** From now on it may be in the log, whatever is heard of it. */
        void propose() {
            proposed = true;
        }

        boolean proposed() {
            return proposed;
        }
    }

    /**
     * The outcomes of a batch. Callers in this process take the objects; bytes are made only on
     * request.
     */
    record Results(List<Outcome> outcomes) implements Message {
        @Override
        public ByteString getContent() {
            StateMessages.Outcomes.Builder message = StateMessages.Outcomes.newBuilder();
            outcomes.forEach(outcome -> message.addOutcomes(StateCodec.to(outcome)));
            return UnsafeByteOperations.unsafeWrap(message.build().toByteArray());
        }
    }
}
