package io.trivet.node.access;

import io.trivet.model.Checksums;
import io.trivet.model.ChunkId;
import io.trivet.model.ChunkRange;
import io.trivet.model.Command;
import io.trivet.model.FileId;
import io.trivet.model.NodeId;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.Sha256;
import io.trivet.model.Slot;
import io.trivet.model.TrivetException;
import io.trivet.namespace.Namespace;
import io.trivet.wire.protocol.Reply;
import io.trivet.wire.protocol.Request;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Asks the nodes for every chunk of a file that has more than a commit can bring receipts for, in
 * pages and in order, and computes the file's checksums from their answers. What does not fit into
 * the time of one request is refused with {@code BUSY}; the client's next try goes on where this one
 * stopped. So the work is in proportion to what the nodes have stored: the first missing chunk ends
 * it. Any thread.
 */
final class LargeFileCheck {
    /** The chunks of a page; the answer of a node that has all of them is below 1 MiB. */
    static final int PAGE = 4096;

    /** The most checks that are remembered; the longest unused one begins again. */
    static final int KEPT = 64;

    private final Nodes nodes;
    private final int page;
    private final Map<Key, Progress> known = new LinkedHashMap<>(KEPT, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Progress> eldest) {
            return size() > KEPT;
        }
    };

    /** The nodes that hold chunks. */
    interface Nodes {
        /** What a node holds of these chunks; empty if it does not answer within the limit. */
        List<Reply.Held> held(NodeId node, Request.HasChunk request, Duration limit);

        /** Whether a node should have a chunk, if all nodes are up: it is asked first. */
        boolean isHome(NodeId node, Slot slot);
    }

    /**
     * A check. A node that loses chunks has another loss epoch from then on, so that {@code relied}
     * is another one and the check begins again (rule 7).
     */
    private record Key(FileId file, long size, Set<Command.Reliance> relied) {}

    /** How far a check has come. Guarded by its lock. */
    private static final class Progress {
        final ReentrantLock lock = new ReentrantLock();
        private final Sha256.OfChunks hashes = new Sha256.OfChunks();
        private int crc32c;
        private int next = 1;
        private @Nullable Sha256 sha256;
    }

    LargeFileCheck(Nodes nodes) {
        this(nodes, PAGE);
    }

    LargeFileCheck(Nodes nodes, int page) {
        this.nodes = nodes;
        this.page = page;
    }

    /**
     * Throws {@link TrivetException}: {@code CHECK_AGAIN} if none of the nodes has a chunk, {@code
     * BAD_REQUEST} if the chunks are not those of the commit, {@code BUSY} if there is more to ask.
     *
     * @param endNanos when this try ends, of {@link System#nanoTime}
     */
    void require(Command.Commit commit, Namespace.OpenFile open, long endNanos) {
        Key key = new Key(commit.file(), commit.size(), Set.copyOf(commit.relied()));
        Progress progress = progress(key);
        if (!progress.lock.tryLock()) {
            throw busy(commit.path(), "by another request");
        }
        try {
            goOn(commit, open, progress, endNanos);
        } catch (TrivetException e) {
            if (e.kind() != Refusal.Kind.BUSY) {
                forget(key, progress);
            }
            throw e;
        } finally {
            progress.lock.unlock();
        }
    }

    private synchronized Progress progress(Key key) {
        return known.computeIfAbsent(key, _ -> new Progress());
    }

    private synchronized void forget(Key key, Progress progress) {
        known.remove(key, progress);
    }

    private void goOn(Command.Commit commit, Namespace.OpenFile open, Progress progress, long endNanos) {
        int count = open.chunkSize().chunksOf(commit.size());
        while (progress.next <= count) {
            requireTime(commit, progress.next - 1, endNanos);
            ChunkRange range = new ChunkRange(progress.next, (int) Math.min(count, (long) progress.next + page - 1));
            for (Reply.Held held : held(commit, open, range, endNanos)) {
                progress.crc32c = Checksums.combine(progress.crc32c, held.crc32c(), held.length());
                progress.hashes.add(Objects.requireNonNull(held.sha256()));
            }
            progress.next = range.to() + 1;
        }
        if (progress.sha256 == null) {
            progress.sha256 = progress.hashes.finish();
        }
        if (progress.crc32c != commit.crc32c() || !progress.sha256.equals(commit.sha256())) {
            throw TrivetException.of(
                    Refusal.Kind.BAD_REQUEST,
                    commit.path().toString(),
                    "its chunks do not make the checksums that it says");
        }
    }

    /** In order. First the nodes that should have them are asked, then each for what is left. */
    private Collection<Reply.Held> held(
            Command.Commit commit, Namespace.OpenFile open, ChunkRange range, long endNanos) {
        NavigableMap<Integer, Reply.Held> found = new TreeMap<>();
        for (boolean homes : new boolean[] {true, false}) {
            for (Command.Reliance reliance : commit.relied()) {
                Set<ChunkId> asked = IntStream.rangeClosed(range.from(), range.to())
                        .filter(number -> !found.containsKey(number))
                        .filter(number -> !homes
                                || nodes.isHome(reliance.node(), open.first().plus(number - 1L)))
                        .mapToObj(number -> new ChunkId(commit.file(), number))
                        .collect(Collectors.toCollection(LinkedHashSet::new));
                Duration left = Duration.ofNanos(endNanos - System.nanoTime());
                if (asked.isEmpty() || !left.isPositive()) {
                    continue;
                }
                nodes.held(reliance.node(), new Request.HasChunk(open.first(), List.copyOf(asked)), left).stream()
                        .filter(held -> held.sha256() != null && asked.contains(held.chunk()))
                        .filter(held -> held.length()
                                == open.chunkSize().lengthOf(held.chunk().number(), commit.size()))
                        .forEach(held -> found.putIfAbsent(held.chunk().number(), held));
            }
        }
        if (found.size() < range.count()) {
            requireTime(commit, range.from() - 1, endNanos);
            int missing = IntStream.rangeClosed(range.from(), range.to())
                    .filter(number -> !found.containsKey(number))
                    .findFirst()
                    .orElseThrow();
            throw TrivetException.of(
                    Refusal.Kind.CHECK_AGAIN,
                    commit.path().toString(),
                    "none of its nodes has chunk " + new ChunkId(commit.file(), missing));
        }
        return found.values();
    }

    private static void requireTime(Command.Commit commit, int done, long endNanos) {
        if (System.nanoTime() - endNanos >= 0) {
            throw busy(commit.path(), done + " so far");
        }
    }

    private static TrivetException busy(RemotePath path, String done) {
        return TrivetException.of(
                Refusal.Kind.BUSY, path.toString(), "its chunks are being checked (" + done + "): try again");
    }
}
