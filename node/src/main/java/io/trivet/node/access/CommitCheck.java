package io.trivet.node.access;

import io.trivet.model.ByteText;
import io.trivet.model.Checksums;
import io.trivet.model.ChunkId;
import io.trivet.model.ChunkRange;
import io.trivet.model.ChunkSize;
import io.trivet.model.Command;
import io.trivet.model.FileId;
import io.trivet.model.FileRecord;
import io.trivet.model.NodeId;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.SessionId;
import io.trivet.model.Sha256;
import io.trivet.model.Slot;
import io.trivet.model.TrivetException;
import io.trivet.model.Upload;
import io.trivet.model.User;
import io.trivet.namespace.Namespace;
import io.trivet.node.cluster.KnownCluster;
import io.trivet.wire.Connector;
import io.trivet.wire.protocol.Reply;
import io.trivet.wire.protocol.Request;
import io.trivet.wire.protocol.RequestEnvelope;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks a commit at the leader before it enters the log, because every node trusts a record:
 * owner, mode, size, and that its chunks are stored, by the receipts of the nodes that stored them,
 * which needs no further request. The holders are asked for chunks without a valid receipt (because
 * the save was resumed, or took longer than a key is valid). A file of more than {@link
 * Command#MAX_PROVEN} chunks brings no receipts: the holders are asked for all of them ({@link
 * LargeFileCheck}). Any thread.
 */
public final class CommitCheck {
    /**
     * The most bytes of a file: 1 PiB. The sum over thousands of such files still fits into a long.
     */
    static final long MAX_SIZE = 1L << 50;

    /** For one holder's answer. */
    private static final Duration LIMIT = Duration.ofSeconds(2);

    /** For all of them: the caller's answer comes within {@link Request#ANSWER_LIMIT}. */
    private static final Duration ALL_LIMIT = Duration.ofSeconds(4);

    /** Permissions only: a client must not set bits that lend its owner's rights. */
    private static final int PERMISSIONS = 0777;

    private static final Pattern OWNER = Pattern.compile(
            "[^\\p{Cntrl}\\p{Space}:]{1," + FileRecord.MAX_OWNER + "}", Pattern.UNICODE_CHARACTER_CLASS);

    private static final Logger LOG = LoggerFactory.getLogger(CommitCheck.class);

    private final KnownCluster cluster;
    private final Connector connector;
    private final StoreReceipts receipts;
    private final LargeFileCheck large;

    public CommitCheck(KnownCluster cluster, Connector connector, StoreReceipts receipts) {
        this.cluster = cluster;
        this.connector = connector;
        this.receipts = receipts;
        this.large = new LargeFileCheck(new Holders());
    }

    /** The command for the log. Throws {@link TrivetException} if the commit is not valid. */
    Command.Commit accepted(User user, Command.Commit commit, @Nullable SessionId session, Namespace namespace) {
        if (commit.size() > MAX_SIZE) {
            throw refused(
                    commit.path(),
                    "a file has at most " + ByteText.of(MAX_SIZE) + ", not " + ByteText.of(commit.size()));
        }
        if (commit.relied().isEmpty()) {
            throw refused(commit.path(), "it says of no node that it holds a chunk");
        }
        if (commit.sha256() == null) {
            throw refused(commit.path(), "it does not say the file's sha256: use a client of this release");
        }
        // If the id is not open, or in another session, the log refuses or answers: the commit may be a repetition.
        // What others have open is not looked at: the answer would confirm a guess of its content.
        namespace.saveReservation(commit.file(), session).ifPresent(open -> {
            Claim claim = new Claim(
                    commit.file(),
                    commit.path(),
                    all(open, commit.size()),
                    commit.size(),
                    open,
                    commit.proofs(),
                    commit.relied());
            if (claim.count() > Command.MAX_PROVEN) {
                large.require(commit, open, System.nanoTime() + ALL_LIMIT.toNanos());
            } else {
                requireStored(claim, unproven(commit, claim));
            }
        });
        return new Command.Commit(
                commit.file(),
                commit.path(),
                commit.size(),
                commit.crc32c(),
                commit.modified(),
                owner(user),
                commit.mode() & PERMISSIONS,
                commit.relied(),
                commit.sha256(),
                List.of(),
                commit.attributes());
    }

    private static List<ChunkRange> all(Namespace.OpenFile open, long size) {
        return List.of(new ChunkRange(1, open.chunkSize().chunksOf(size)));
    }

    /**
     * The command for the log. Throws {@link TrivetException} if not all new chunks are stored. The
     * checksums of the whole are believed: whoever may write the file could write anything else too.
     */
    Command.ChangeFile accepted(Command.ChangeFile change, @Nullable SessionId session, Namespace namespace) {
        if (change.size() < 0 || change.size() > MAX_SIZE) {
            throw refused(
                    change.path(),
                    "a file has at most " + ByteText.of(MAX_SIZE) + ", not " + ByteText.of(change.size()));
        }
        if (change.chunks().isEmpty() != change.relied().isEmpty()) {
            throw refused(change.path(), "it says of no node that it holds a chunk");
        }
        namespace.saveReservation(change.file(), session).ifPresent(open -> {
            requireInOrder(change, open.chunkSize());
            Claim claim = new Claim(
                    change.file(),
                    change.path(),
                    change.chunks(),
                    change.size(),
                    open,
                    change.proofs(),
                    change.relied());
            if (claim.count() > Command.MAX_PROVEN) {
                throw refused(
                        change.path(), "at most " + Command.MAX_PROVEN + " chunks are changed at once: save it anew");
            }
            requireStored(claim, unproven(claim));
        });
        return new Command.ChangeFile(
                change.file(),
                change.path(),
                change.base(),
                change.size(),
                change.crc32c(),
                change.sha256(),
                change.chunks(),
                change.modified(),
                change.relied(),
                List.of());
    }

    private static void requireInOrder(Command.ChangeFile change, ChunkSize chunkSize) {
        int before = 0;
        long last = Math.ceilDiv(change.size(), (long) chunkSize.bytes());
        for (ChunkRange range : change.chunks()) {
            if (range.from() <= before || range.to() > last) {
                throw refused(change.path(), "its new chunks are not in order, or are not chunks of the file");
            }
            before = range.to();
        }
    }

    /** Chunks that a client says are stored, of a file that has {@code size} bytes. */
    private record Claim(
            FileId file,
            RemotePath path,
            List<ChunkRange> chunks,
            long size,
            Namespace.OpenFile open,
            List<Command.Proof> proofs,
            List<Command.Reliance> relied) {
        int count() {
            return chunks.stream().mapToInt(ChunkRange::count).sum();
        }

        /** The {@code place}-th of them, from 1. */
        Reply.Held held(int place) {
            Command.Proof proof = proofs.get(place - 1);
            return new Reply.Held(id(place), length(place), proof.crc32c(), proof.sha256());
        }

        ChunkId id(int place) {
            return new ChunkId(file, number(place));
        }

        int length(int place) {
            return open.chunkSize().lengthOf(number(place), size);
        }

        private int number(int place) {
            int left = place;
            for (ChunkRange range : chunks) {
                if (left <= range.count()) {
                    return range.from() + left - 1;
                }
                left -= range.count();
            }
            throw new IllegalArgumentException("there is no chunk " + place);
        }
    }

    /** The command for the log. Throws {@link TrivetException} if not all chunks are stored. */
    Command.PutPiece accepted(Command.PutPiece put, Namespace namespace) {
        Upload upload = namespace.requireUpload(put.file());
        if (upload.takes(put.piece(), put.length())) { // otherwise the log refuses
            if (put.relied().isEmpty()) {
                throw refused(upload.path(), "it says of no node that it holds a chunk");
            }
            int first = upload.firstChunkOf(put.piece());
            Claim claim = new Claim(
                    put.file(),
                    upload.path(),
                    List.of(new ChunkRange(first, first + upload.chunksOf(put.length()) - 1)),
                    (put.piece() - 1) * upload.pieceBytes() + put.length(),
                    new Namespace.OpenFile(upload.first(), upload.chunkSize()),
                    put.chunks(),
                    put.relied());
            requireStored(claim, unproven(claim));
        }
        List<Command.Proof> chunks = put.chunks().stream()
                .map(chunk -> new Command.Proof(chunk.crc32c(), chunk.sha256(), List.of()))
                .toList();
        return new Command.PutPiece(put.file(), put.piece(), put.length(), chunks, put.relied(), put.tag());
    }

    /** The command for the log: the file belongs to the user who completes it. */
    static Command.CompleteUpload accepted(User user, Command.CompleteUpload complete) {
        return new Command.CompleteUpload(
                complete.file(),
                complete.path(),
                complete.pieces(),
                complete.modified(),
                owner(user),
                complete.mode() & PERMISSIONS,
                complete.attributes());
    }

    /** The command for the log: the file belongs to the user who makes it. */
    static Command.Create accepted(User user, Command.Create create) {
        return new Command.Create(
                create.path(),
                owner(user),
                create.modified(),
                create.mode() & PERMISSIONS,
                create.attributes(),
                create.linkTarget());
    }

    /** The command for the log: the directory belongs to the user who makes it. */
    static Command.MakeDirectory accepted(User user, Command.MakeDirectory make) {
        Integer mode = make.mode();
        return make.isPlain()
                ? make
                : new Command.MakeDirectory(
                        make.path(), owner(user), mode == null ? null : mode & PERMISSIONS, make.modified());
    }

    /**
     * The command for the log: no bits that give rights to whoever runs the file, and an owner that
     * can be printed.
     */
    static Command.SetMetadata accepted(Command.SetMetadata set) {
        Integer mode = set.mode();
        String owner = set.owner();
        if (owner != null && !OWNER.matcher(owner).matches()) {
            throw refused(
                    set.path(),
                    "an owner is 1 to " + FileRecord.MAX_OWNER + " characters that can be printed, no colon");
        }
        return mode == null
                ? set
                : new Command.SetMetadata(
                        set.path(), mode & PERMISSIONS, set.modified(), set.attributes(), owner, set.any());
    }

    /** The command for the log: the copy belongs to the user who makes it. */
    static Command.Copy accepted(User user, Command.Copy copy) {
        Integer mode = copy.mode();
        return new Command.Copy(
                copy.from(),
                copy.to(),
                owner(user),
                copy.modified(),
                mode == null ? null : mode & PERMISSIONS,
                copy.attributes());
    }

    private static String owner(User user) {
        String name = user.name();
        return name.substring(0, Math.min(name.length(), FileRecord.MAX_OWNER));
    }

    /**
     * Every chunk needs the receipt of a node that the commit relies on, or the answer of such a
     * node.
     */
    private void requireStored(Claim claim, Map<ChunkId, Reply.Held> wanted) {
        long end = System.nanoTime() + ALL_LIMIT.toNanos();
        for (Command.Reliance reliance : claim.relied()) {
            Duration left = Duration.ofNanos(end - System.nanoTime());
            if (wanted.isEmpty() || !left.isPositive()) {
                break;
            }
            Duration limit = left.compareTo(LIMIT) < 0 ? left : LIMIT;
            held(reliance.node(), new Request.HasChunk(claim.open().first(), List.copyOf(wanted.keySet())), limit)
                    .forEach(held -> wanted.computeIfPresent(
                            held.chunk(), (_, expected) -> held.equals(expected) ? null : expected));
        }
        if (!wanted.isEmpty()) {
            throw TrivetException.of(
                    Refusal.Kind.CHECK_AGAIN,
                    claim.path().toString(),
                    "none of its nodes has chunk " + wanted.keySet().iterator().next());
        }
    }

    /** The chunks without a valid receipt, of chunks that make the file's checksums. */
    private Map<ChunkId, Reply.Held> unproven(Command.Commit commit, Claim claim) {
        Map<ChunkId, Reply.Held> unproven = unproven(claim);
        int crc = 0;
        for (int place = 1; place <= claim.count(); place++) {
            crc = Checksums.combine(crc, claim.proofs().get(place - 1).crc32c(), claim.length(place));
        }
        Sha256 whole = Sha256.ofChunks(
                claim.proofs().stream().map(Command.Proof::sha256).toList());
        if (crc != commit.crc32c() || !whole.equals(commit.sha256())) {
            throw refused(commit.path(), "its chunks do not make the checksums that it says");
        }
        return unproven;
    }

    /** The chunks without a valid receipt. */
    private Map<ChunkId, Reply.Held> unproven(Claim claim) {
        if (claim.proofs().size() != claim.count()) {
            throw refused(
                    claim.path(), "it says what " + claim.proofs().size() + " of " + claim.count() + " chunks are");
        }
        Map<ChunkId, Reply.Held> unproven = new LinkedHashMap<>();
        for (int place = 1; place <= claim.count(); place++) {
            Reply.Held held = claim.held(place);
            if (!isProven(claim, place, held)) {
                unproven.put(held.chunk(), held);
            }
        }
        return unproven;
    }

    private boolean isProven(Claim claim, int place, Reply.Held held) {
        return claim.proofs().get(place - 1).receipts().stream()
                .filter(receipt -> claim.relied().contains(new Command.Reliance(receipt.node(), receipt.lossEpoch())))
                .anyMatch(receipt -> receipts.isGood(receipt, held));
    }

    /** If a node does not answer, another one of those relied on may have the chunk. */
    private List<Reply.Held> held(NodeId node, Request.HasChunk request, Duration limit) {
        try {
            return connector.call(cluster.address(node), new RequestEnvelope(node, request), limit)
                            instanceof Reply.Has has
                    ? has.held()
                    : List.of();
        } catch (TrivetException e) {
            LOG.info("chunks not looked for node={} cause=\"{}\"", node, e.getMessage());
            return List.of();
        }
    }

    private static TrivetException refused(RemotePath path, String detail) {
        return TrivetException.of(Refusal.Kind.BAD_REQUEST, path.toString(), detail);
    }

    /** The nodes as the leader knows them. */
    private final class Holders implements LargeFileCheck.Nodes {
        @Override
        public List<Reply.Held> held(NodeId node, Request.HasChunk request, Duration limit) {
            return CommitCheck.this.held(node, request, limit.compareTo(LIMIT) < 0 ? limit : LIMIT);
        }

        @Override
        public boolean isHome(NodeId node, Slot slot) {
            return cluster.view().stream()
                    .flatMap(view -> view.layouts().stream().limit(1))
                    .anyMatch(layout -> layout.homes(slot).contains(node));
        }
    }
}
