package io.trivet.node.access;

import io.trivet.model.ByteText;
import io.trivet.model.Checksums;
import io.trivet.model.ChunkId;
import io.trivet.model.Command;
import io.trivet.model.FileRecord;
import io.trivet.model.NodeId;
import io.trivet.model.Refusal;
import io.trivet.model.Sha256;
import io.trivet.model.TrivetException;
import io.trivet.model.User;
import io.trivet.namespace.Namespace;
import io.trivet.node.cluster.KnownCluster;
import io.trivet.wire.Connector;
import io.trivet.wire.protocol.Reply;
import io.trivet.wire.protocol.Request;
import io.trivet.wire.protocol.RequestEnvelope;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks a commit at the leader before it enters the log, because every node trusts a record:
 * owner, mode, size, and that its chunks are stored, by the receipts of the nodes that stored them,
 * which needs no further request. The holders are asked for chunks without a valid receipt (because
 * the save was resumed, or took longer than a key is valid). Of a file of more than {@link
 * Command#MAX_PROVEN} chunks, an unpredictable sample is checked, so a client that claims a million
 * chunks must store them. Any thread.
 */
public final class CommitCheck {
    /**
     * The most bytes of a file: 1 PiB. The sum over thousands of such files still fits into a long.
     */
    static final long MAX_SIZE = 1L << 50;

    private static final int SAMPLE = 64;
    /** For one holder's answer. */
    private static final Duration LIMIT = Duration.ofSeconds(2);

    /** For all of them: the caller's answer comes within {@link Request#ANSWER_LIMIT}. */
    private static final Duration ALL_LIMIT = Duration.ofSeconds(4);

    /** Permissions only: a client must not set bits that lend its owner's rights. */
    private static final int PERMISSIONS = 0777;

    private static final Logger LOG = LoggerFactory.getLogger(CommitCheck.class);

    private final SecureRandom random = new SecureRandom();
    private final KnownCluster cluster;
    private final Connector connector;
    private final StoreReceipts receipts;

    public CommitCheck(KnownCluster cluster, Connector connector, StoreReceipts receipts) {
        this.cluster = cluster;
        this.connector = connector;
        this.receipts = receipts;
    }

    /** The command for the log. Throws {@link TrivetException} if the commit is not valid. */
    Command.Commit accepted(User user, Command.Commit commit, Namespace namespace) {
        if (commit.size() > MAX_SIZE) {
            throw refused(
                    commit, "a file has at most " + ByteText.of(MAX_SIZE) + ", not " + ByteText.of(commit.size()));
        }
        if (commit.relied().isEmpty()) {
            throw refused(commit, "it says of no node that it holds a chunk");
        }
        if (commit.sha256() == null) {
            throw refused(commit, "it does not say the file's sha256: use a client of this release");
        }
        // If the id is not open, the log refuses or answers: the commit may be a repetition.
        namespace.saveReservation(commit.file()).ifPresent(open -> requireStored(commit, open));
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

    /** The command for the log: no bits that give rights to whoever runs the file. */
    static Command.SetMetadata accepted(Command.SetMetadata set) {
        Integer mode = set.mode();
        return mode == null
                ? set
                : new Command.SetMetadata(set.path(), mode & PERMISSIONS, set.modified(), set.attributes());
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
    private void requireStored(Command.Commit commit, Namespace.OpenFile open) {
        int count = open.chunkSize().chunksOf(commit.size());
        Map<ChunkId, Reply.Held> wanted = count > Command.MAX_PROVEN ? sampled(commit, open) : unproven(commit, open);
        long end = System.nanoTime() + ALL_LIMIT.toNanos();
        for (Command.Reliance reliance : commit.relied()) {
            Duration left = Duration.ofNanos(end - System.nanoTime());
            if (wanted.isEmpty() || !left.isPositive()) {
                break;
            }
            Duration limit = left.compareTo(LIMIT) < 0 ? left : LIMIT;
            held(reliance.node(), new Request.HasChunk(open.first(), List.copyOf(wanted.keySet())), limit)
                    .forEach(held -> wanted.computeIfPresent(
                            held.chunk(), (_, expected) -> isShown(expected, held) ? null : expected));
        }
        if (!wanted.isEmpty()) {
            throw TrivetException.of(
                    Refusal.Kind.CHECK_AGAIN,
                    commit.path().toString(),
                    "none of its nodes has chunk " + wanted.keySet().iterator().next());
        }
    }

    /** The chunks without a valid receipt. Throws if the chunks do not give the file. */
    private Map<ChunkId, Reply.Held> unproven(Command.Commit commit, Namespace.OpenFile open) {
        int count = open.chunkSize().chunksOf(commit.size());
        if (commit.proofs().size() != count) {
            throw refused(commit, "it says what " + commit.proofs().size() + " of " + count + " chunks are");
        }
        Map<ChunkId, Reply.Held> unproven = new LinkedHashMap<>();
        int crc = 0;
        for (int number = 1; number <= count; number++) {
            Command.Proof proof = commit.proofs().get(number - 1);
            int length = open.chunkSize().lengthOf(number, commit.size());
            Reply.Held held =
                    new Reply.Held(new ChunkId(commit.file(), number), length, proof.crc32c(), proof.sha256());
            crc = Checksums.combine(crc, proof.crc32c(), length);
            if (!isProven(commit, proof, held)) {
                unproven.put(held.chunk(), held);
            }
        }
        Sha256 whole = Sha256.ofChunks(
                commit.proofs().stream().map(Command.Proof::sha256).toList());
        if (crc != commit.crc32c() || !whole.equals(commit.sha256())) {
            throw refused(commit, "its chunks do not make the checksums that it says");
        }
        return unproven;
    }

    private boolean isProven(Command.Commit commit, Command.Proof proof, Reply.Held held) {
        return proof.receipts().stream()
                .filter(receipt -> commit.relied().contains(new Command.Reliance(receipt.node(), receipt.lossEpoch())))
                .anyMatch(receipt -> receipts.isGood(receipt, held));
    }

    /**
     * An unpredictable sample of the chunks of a very long file; only their lengths are known here.
     */
    private Map<ChunkId, Reply.Held> sampled(Command.Commit commit, Namespace.OpenFile open) {
        Map<ChunkId, Reply.Held> wanted = new LinkedHashMap<>();
        for (int number : sample(open.chunkSize().chunksOf(commit.size()))) {
            ChunkId chunk = new ChunkId(commit.file(), number);
            wanted.put(chunk, new Reply.Held(chunk, open.chunkSize().lengthOf(number, commit.size()), 0));
        }
        return wanted;
    }

    private static boolean isShown(Reply.Held expected, Reply.Held held) {
        return expected.sha256() == null ? held.length() == expected.length() : held.equals(expected);
    }

    private Set<Integer> sample(int count) {
        Set<Integer> numbers = new TreeSet<>(List.of(1, count));
        while (numbers.size() < Math.min(SAMPLE, count)) {
            numbers.add(1 + random.nextInt(count));
        }
        return numbers;
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

    private static TrivetException refused(Command.Commit commit, String detail) {
        return TrivetException.of(Refusal.Kind.BAD_REQUEST, commit.path().toString(), detail);
    }
}
