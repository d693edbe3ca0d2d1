package io.trivet.client;

import io.trivet.model.Attributes;
import io.trivet.model.Checksums;
import io.trivet.model.ChunkId;
import io.trivet.model.ChunkRange;
import io.trivet.model.ChunkSize;
import io.trivet.model.Command;
import io.trivet.model.FileId;
import io.trivet.model.FileRecord;
import io.trivet.model.NodeId;
import io.trivet.model.Outcome;
import io.trivet.model.Piece;
import io.trivet.model.Refusal;
import io.trivet.model.Sha256;
import io.trivet.model.Slot;
import io.trivet.model.TrivetException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A save from its file id to its commit: chunks are stored in any order by any thread, then one
 * command makes the file visible. Closing it without a commit abandons the save.
 */
final class SaveInProgress implements AutoCloseable {
    /** The namespace learns of a loss within a second or two after the node does. */
    private static final Duration CHECK_AGAIN_PATIENCE = Duration.ofSeconds(20);

    /** For the leader's look at one chunk of a large file; it takes less. */
    private static final Duration CHECK_OF_A_CHUNK = Duration.ofMillis(2);

    /** The bytes of a stream are gone by the time of the commit. */
    private static final ChunkSource NO_SOURCE = (ignored, alsoIgnored) -> {
        throw TrivetException.of(
                Refusal.Kind.CHECK_AGAIN, "", "every replica of a chunk was lost before the commit: save again");
    };

    private final TransferResources transferResources;
    private final Session session;
    private final SaveTarget target;
    private final Progress progress;
    private final FileIds.Reserved id;
    private final TreeMap<Integer, Stored> chunks = new TreeMap<>();
    private boolean committed;
    private boolean left;
    private boolean closed;

    private record Stored(int length, ChunkSender.Sent sent) {
        Map<NodeId, Long> holders() {
            return sent.holders();
        }

        ContentSums sums() {
            return sent.sums();
        }

        Command.Proof proof() {
            return new Command.Proof(sums().crc32c(), sums().sha256(), sent.receipts());
        }
    }

    /** The attributes of a file besides its bytes. */
    record Metadata(Instant modified, String owner, int mode, Attributes attributes) {
        static final int DEFAULT_MODE = 0644;

        /** Without attributes. */
        Metadata(Instant modified, String owner, int mode) {
            this(modified, owner, mode, Attributes.NONE);
        }

        /** For bytes that do not come from a file. */
        static Metadata at(Instant modified) {
            return new Metadata(modified, userName(), DEFAULT_MODE, Attributes.NONE);
        }

        Metadata with(Attributes others) {
            return new Metadata(modified, owner, mode, others);
        }

        /** With what the change says instead. */
        Metadata changed(MetadataChange change) {
            return new Metadata(
                    change.modified() == null ? modified : change.modified(),
                    owner,
                    change.mode() == null ? mode : change.mode(),
                    change.attributes() == null ? attributes : change.attributes());
        }

        static String userName() {
            String user = System.getProperty("user.name", "");
            return user.length() > FileRecord.MAX_OWNER ? "" : user;
        }
    }

    SaveInProgress(
            TransferResources transferResources,
            Session session,
            SaveTarget target,
            FileIds.Reserved id,
            Progress progress) {
        this.transferResources = transferResources;
        this.session = session;
        this.target = target;
        this.progress = progress;
        this.id = id;
    }

    ChunkSize chunkSize() {
        return id.chunkSize();
    }

    Slot first() {
        return id.first();
    }

    /** Stores one chunk on R nodes. On return it is on stable storage there. */
    void store(int number, int length, boolean last, ChunkSource source) throws IOException {
        store(number, length, last, null, source);
    }

    /**
     * Stores one chunk on R nodes; those in {@code there} have it already. On return it is on
     * stable storage on all of them.
     *
     * @return its checksums
     */
    ContentSums store(int number, int length, boolean last, ResumePlan.@Nullable There there, ChunkSource source)
            throws IOException {
        ChunkSender sender = sender(number, length, last, source);
        ChunkSender.Sent sent = there == null ? sender.send() : sender.complete(there);
        synchronized (chunks) {
            chunks.put(number, new Stored(length, sent));
        }
        return sent.sums();
    }

    /** For the only chunk of a file, which is sent with those of others. */
    ChunkSender senderOfOnly(int length, ChunkSource source) {
        return sender(1, length, true, source);
    }

    /** The only chunk is on R nodes. */
    void storedOnly(int length, ChunkSender.Sent sent) {
        chunks.put(1, new Stored(length, sent));
    }

    private ChunkSender sender(int number, int length, boolean last, ChunkSource source) {
        return new ChunkSender(
                transferResources,
                new ChunkSender.Outgoing(
                        new ChunkId(id.file(), number),
                        id.first(),
                        id.chunkSize(),
                        length,
                        last,
                        target.path(),
                        id.token()),
                source,
                progress);
    }

    /** Records that the stored chunks are a piece of an upload. */
    void record(int piece, long length, String tag) {
        checkedAgain(
                () -> session.submit(
                        new Command.PutPiece(id.file(), piece, length, proofs(), relied(), tag), target.conditions()),
                this::recheck);
    }

    /**
     * Rule 7: if a node has lost data since it stored a chunk, asks for every chunk and tries again.
     *
     * @param recheck asks for the chunks, and makes lost replicas again
     */
    static Outcome checkedAgain(Supplier<Outcome> attempt, Runnable recheck) {
        Backoff budget = new Backoff(CHECK_AGAIN_PATIENCE);
        while (true) {
            try {
                return attempt.get();
            } catch (TrivetException e) {
                if (e.kind() != Refusal.Kind.CHECK_AGAIN) {
                    throw e;
                }
                budget.pauseOrThrow(e);
                recheck.run();
            }
        }
    }

    /** The checksums of the stored chunks, in order. */
    List<Command.Proof> chunks() {
        return proofs().stream()
                .map(proof -> new Command.Proof(proof.crc32c(), proof.sha256(), List.of()))
                .toList();
    }

    /** Asks all nodes for the chunks of a piece that was stored; lost replicas are made again. */
    void recheck(int first, Piece piece, boolean last) {
        Map<NodeId, Long> all = new HashMap<>();
        transferResources.cluster.nodes().forEach(node -> all.put(node, 0L));
        int count = piece.chunks().size();
        for (int place = 1; place <= count; place++) {
            Command.Proof chunk = piece.chunks().get(place - 1);
            int length = id.chunkSize().lengthOf(place, piece.length());
            ChunkSender.Sent sent = sender(first + place - 1, length, last && place == count, NO_SOURCE)
                    .recheck(new ContentSums(chunk.crc32c(), chunk.sha256()), all);
            chunks.put(first + place - 1, new Stored(length, sent));
        }
    }

    /** Makes the file visible under its name. All chunks must be stored. */
    FileRecord commit(Metadata metadata) {
        long size = 0;
        int crc = 0;
        for (Stored chunk : chunks.values()) {
            size += chunk.length;
            crc = Checksums.combine(crc, chunk.sums().crc32c(), chunk.length);
        }
        if (chunks.isEmpty()
                || chunks.lastKey() != chunks.size()
                || id.chunkSize().chunksOf(size) != chunks.size()) {
            throw new IllegalStateException("commit of a save with missing chunks: " + chunks.keySet());
        }
        progress.committing();
        FileRecord record = commit(size, crc, metadata.changed(target.metadata()));
        committed = true;
        return record;
    }

    private FileRecord commit(long size, int crc, Metadata metadata) {
        Outcome committed = checkedAgain(
                () -> whileChecked(() -> session.submit(command(size, crc, metadata), target.conditions())),
                this::recheck);
        return ((Outcome.Committed) committed).record();
    }

    /**
     * The leader asks the nodes for the chunks of a large file, and refuses the commit with {@code
     * BUSY} until it has asked for all. Each try goes on where the last one stopped.
     */
    private Outcome whileChecked(Supplier<Outcome> attempt) {
        Backoff budget = new Backoff(CHECK_OF_A_CHUNK.multipliedBy(chunks.size()));
        while (true) {
            try {
                return attempt.get();
            } catch (TrivetException e) {
                if (e.kind() != Refusal.Kind.BUSY || chunks.size() <= Command.MAX_PROVEN) {
                    throw e;
                }
                budget.pauseOrThrow(e);
            }
        }
    }

    private Command.Commit command(long size, int crc, Metadata metadata) {
        return new Command.Commit(
                id.file(),
                target.path(),
                size,
                crc,
                metadata.modified(),
                metadata.owner(),
                metadata.mode(),
                relied(),
                sha256(),
                proofs(),
                metadata.attributes());
    }

    /** What makes the file visible, to be sent with others; its only chunk is stored. */
    Session.Change change(Metadata metadata) {
        Stored only = Objects.requireNonNull(chunks.get(1), "the chunk was not stored");
        return new Session.Change(
                command(only.length, only.sums().crc32c(), metadata.changed(target.metadata())), target.conditions());
    }

    /** The change was applied. */
    void committed() {
        committed = true;
    }

    /** Makes the stored chunks those of a file, in place of its own; see {@link Command.ChangeFile}. */
    FileRecord change(
            FileId base, long size, int crc, @Nullable Sha256 sha256, List<ChunkRange> changed, Instant modified) {
        Outcome changedTo = checkedAgain(
                () -> session.submit(
                        new Command.ChangeFile(
                                id.file(),
                                target.path(),
                                base,
                                size,
                                crc,
                                sha256,
                                changed,
                                modified,
                                relied(),
                                proofs()),
                        target.conditions()),
                this::recheck);
        committed = true;
        return ((Outcome.Committed) changedTo).record();
    }

    /** The checksums of a stored chunk. */
    ContentSums sums(int number) {
        return java.util.Objects.requireNonNull(chunks.get(number), "the chunk was not stored")
                .sums();
    }

    /** Asks every holder again. A lost replica is copied from another holder. */
    private void recheck() {
        chunks.replaceAll((number, chunk) -> new Stored(
                chunk.length,
                sender(number, chunk.length, number.equals(chunks.lastKey()), NO_SOURCE)
                        .recheck(chunk.sums(), chunk.holders())));
    }

    private List<Command.Reliance> relied() {
        Set<Command.Reliance> relied = new HashSet<>();
        chunks.values()
                .forEach(chunk -> chunk.holders()
                        .forEach((node, lossEpoch) -> relied.add(new Command.Reliance(node, lossEpoch))));
        return new ArrayList<>(relied);
    }

    private List<Command.Proof> proofs() {
        return chunks.size() > Command.MAX_PROVEN
                ? List.of()
                : chunks.values().stream().map(Stored::proof).toList();
    }

    /** Of the file, whose chunks are all stored. */
    Sha256 sha256() {
        return Sha256.ofChunks(
                chunks.values().stream().map(chunk -> chunk.sums().sha256()).toList());
    }

    /** All nodes that hold a chunk of this save. */
    Set<NodeId> nodes() {
        Set<NodeId> nodes = new HashSet<>();
        chunks.values().forEach(chunk -> nodes.addAll(chunk.holders().keySet()));
        return nodes;
    }

    /** The smallest number of replicas of a chunk. */
    int replicas() {
        return chunks.values().stream()
                .mapToInt(chunk -> chunk.holders().size())
                .min()
                .orElse(0);
    }

    RenewableToken token() {
        return id.token();
    }

    FileId file() {
        return id.file();
    }

    /** Leaves the save open for another session to adopt it. */
    void leaveOpen() {
        left = true;
    }

    @Override
    public void close() {
        if (left || closed) {
            return;
        }
        closed = true;
        if (!id.reservation().ended(committed)) {
            return;
        }
        try {
            session.submit(new Command.Abandon(id.reservation().start()));
        } catch (TrivetException ignored) {
            // It is abandoned when the session ends.
        }
    }
}
