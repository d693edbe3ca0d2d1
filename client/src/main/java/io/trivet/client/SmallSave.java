package io.trivet.client;

import io.trivet.model.Attributes;
import io.trivet.model.FileRecord;
import io.trivet.model.NodeId;
import io.trivet.model.Outcome;
import io.trivet.model.Refusal;
import io.trivet.model.Sha256;
import io.trivet.wire.BlockSums;
import io.trivet.wire.protocol.Request;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One file of at most one chunk that is saved with others. One thread. */
final class SmallSave implements AutoCloseable {
    /** A commit with a path of no length, two receipts and no attributes. */
    private static final int CHANGE_BYTES = 512;

    private final FileToSave file;
    private final SaveTarget target;
    private final int length;
    private final long begin = System.nanoTime();
    private final @Nullable SaveInProgress save;
    private final @Nullable ChunkSender sender;
    private final FileIds.@Nullable Reserved id;
    private SaveInProgress.@Nullable Metadata metadata;
    private boolean moved;

    /** An empty file, which has no chunk and takes no id. */
    SmallSave(FileToSave file) {
        this.file = file;
        this.target = new SaveTarget(file.target(), file.conditions());
        this.length = 0;
        this.save = null;
        this.sender = null;
        this.id = null;
    }

    /** @param length of the file as it was a moment ago, 1 or more */
    SmallSave(TransferResources transferResources, Session session, FileToSave file, int length, FileIds.Reserved id) {
        this.file = file;
        this.target = new SaveTarget(file.target(), file.conditions());
        this.length = length;
        this.id = id;
        SaveInProgress opened = new SaveInProgress(transferResources, session, target, id, file.progress());
        this.save = opened;
        this.sender = opened.senderOfOnly(length, this::readAlone);
    }

    FileToSave file() {
        return file;
    }

    int length() {
        return length;
    }

    boolean hasChunk() {
        return length > 0;
    }

    /** The token for its chunk, which it may share with other files. */
    RenewableToken token() {
        return Objects.requireNonNull(id).token();
    }

    ChunkSender sender() {
        return Objects.requireNonNull(sender);
    }

    private SaveInProgress save() {
        return Objects.requireNonNull(save);
    }

    /**
     * Reads the whole file into the buffer, from its position on, and leaves the position behind the
     * bytes. They are those of one moment.
     *
     * @return what is sent before the bytes
     */
    Request.SmallChunk read(ByteBuffer buffer) throws IOException {
        int start = buffer.position();
        try (SourceFile source = open()) {
            file.progress().started(length);
            source.read(0, buffer.limit(start + length));
            keep(source);
        }
        ByteBuffer bytes = buffer.slice(start, length);
        int crc = BlockSums.append(0, BlockSums.checksums(bytes), length);
        return sender().read(new ContentSums(crc, Sha256.of(bytes)));
    }

    /** Looks at an empty file, of which nothing is sent. */
    void look() throws IOException {
        try (SourceFile source = open()) {
            file.progress().started(0);
            keep(source);
        }
    }

    private SourceFile open() throws IOException {
        SourceFile source = SourceFile.open(file.source(), file.preserve());
        if (source.size() != length) {
            source.close();
            throw new SizeChanged();
        }
        return source;
    }

    private void keep(SourceFile source) throws IOException {
        source.requireUnchanged();
        metadata = source.attributes();
    }

    /** The file has another size than a moment ago: it is saved alone. */
    static final class SizeChanged extends IOException {
        private static final long serialVersionUID = 1;

        SizeChanged() {
            super("the size changed");
        }
    }

    /** For a chunk that goes alone, at first or after it went with others. */
    private void readAlone(int offset, ByteBuffer buffer) throws IOException {
        try (SourceFile source = open()) {
            if (metadata == null) {
                file.progress().started(length);
            }
            source.read(offset, buffer);
            keep(source);
        }
    }

    /** Its bytes are about to be sent to this node, with others. */
    void sending(NodeId head) {
        moved = true;
        file.progress().moved(head, length);
    }

    /** The node took none of what was sent, or did not answer. */
    void notSent(NodeId head, Refusal refusal) {
        sender().notStored(head, moved ? length : 0, refusal);
        moved = false;
    }

    /** Whether its chunk is on R nodes, or it has none. */
    boolean isStored() {
        return !hasChunk() || sender().isComplete();
    }

    /** Returns when the chunk is on R nodes; sends it alone where it is not yet. */
    void complete(TransferPermits permits) throws IOException {
        if (!hasChunk()) {
            return;
        }
        if (isStored()) {
            save().storedOnly(length, sender().send());
            return;
        }
        permits.enter();
        try {
            save().storedOnly(length, sender().send());
        } finally {
            permits.leave();
        }
    }

    /** What gives the file its name. */
    Session.Change change() {
        file.progress().committing();
        return hasChunk() ? save().change(found()) : target.emptyFile(found());
    }

    private SaveInProgress.Metadata found() {
        return Objects.requireNonNull(metadata, "the file was not read");
    }

    /** The outcome of its change. */
    SaveSummary committed(Outcome outcome) {
        FileRecord record = ((Outcome.Committed) outcome).record();
        if (hasChunk()) {
            save().committed();
        }
        return summary(record);
    }

    /** Gives the file its name by a change of its own, which waits for what the leader finds lost. */
    SaveSummary commitAlone(Session session) {
        return summary(hasChunk() ? save().commit(found()) : target.createEmpty(session, found()));
    }

    private SaveSummary summary(FileRecord record) {
        Duration took = Duration.ofNanos(System.nanoTime() - begin);
        return hasChunk()
                ? new SaveSummary(record, save().replicas(), save().nodes(), took)
                : new SaveSummary(record, took);
    }

    /** Abandons the save unless it is committed. */
    @Override
    public void close() {
        if (save != null) {
            save.close();
        }
    }

    /** About how many bytes the change takes in a request. */
    int changeBytes() {
        return CHANGE_BYTES + file.target().length() + (found().attributes().isEmpty() ? 0 : Attributes.MAX_BYTES);
    }

    List<NodeId> targets() {
        return sender().firstTargets();
    }
}
