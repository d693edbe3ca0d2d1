package io.trivet.client;

import io.trivet.model.Checksums;
import io.trivet.model.ChunkRange;
import io.trivet.model.Command;
import io.trivet.model.Extent;
import io.trivet.model.FileRecord;
import io.trivet.model.Refusal;
import io.trivet.model.Sha256;
import io.trivet.model.TrivetException;
import io.trivet.wire.protocol.Reply;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * {@link FileEdit} by a new file that shares the chunks that did not change with the file before.
 *
 * <p>A record has at most {@link FileRecord#MAX_EXTENTS}. Before a change would exceed that, {@link
 * #JOINED} neighbouring extents, those with the fewest chunks together, are stored anew as one.
 */
final class FileEditor implements FileEdit {
    /** How many extents are joined at once. */
    private static final int JOINED = FileRecord.MAX_EXTENTS / 2;

    private final TransferResources transferResources;
    private final Session session;
    private final FileIds ids;
    private final OpenFile file;
    private final SaveTarget target;
    private final ChangedChunks changed;

    FileEditor(
            TransferResources transferResources,
            Session session,
            FileIds ids,
            ReadWindows windows,
            OpenFile file,
            SaveTarget target,
            @Nullable Path directory)
            throws IOException {
        this.transferResources = transferResources;
        this.session = session;
        this.ids = ids;
        this.file = file;
        this.target = target;
        this.changed = new ChangedChunks(
                new WindowedFile(transferResources, windows, file),
                file.record().chunkCount() > 0
                        ? file.record().chunkSize()
                        : Appender.chunkSize(transferResources.view().chunkSize()),
                directory);
    }

    @Override
    public FileRecord before() {
        return file.record();
    }

    @Override
    public long size() {
        return changed.size();
    }

    @Override
    public void write(long position, ByteBuffer bytes) throws IOException {
        changed.write(position, bytes);
    }

    @Override
    public void truncate(long size) throws IOException {
        changed.truncate(size);
    }

    @Override
    public FileRecord commit() throws IOException {
        changed.requireSound();
        if (changed.isEmpty() && size() == before().size()) {
            return before();
        }
        joinExtents();
        try (SaveInProgress save = new SaveInProgress(transferResources, session, target, reserve(), Progress.NONE)) {
            List<Integer> numbers = changed.numbers();
            int last = changed.last();
            if (!numbers.isEmpty()) {
                new ChunkWorkers(transferResources, numbers.size(), (place, ignored) -> {
                            int number = numbers.get(place - 1);
                            save.store(
                                    number,
                                    changed.chunkSize().lengthOf(number, size()),
                                    number == last,
                                    (offset, buffer) -> changed.read(number, offset, buffer));
                        })
                        .run();
            }
            Sums sums = sums(save, last);
            return save.change(before().id(), size(), sums.crc32c, sums.sha256, changed.ranges(), Instant.now());
        }
    }

    /** Files with the cluster's own chunk size need no entry of the log for an id. */
    private FileIds.Reserved reserve() {
        return changed.chunkSize().equals(transferResources.view().chunkSize())
                ? ids.take(0)
                : ids.take(changed.chunkSize());
    }

    private void joinExtents() throws IOException {
        while (true) {
            int last = changed.last();
            List<Extent> extents = before().extentsWith(changed.ranges(), last);
            if (extents.size() <= FileRecord.MAX_EXTENTS) {
                return;
            }
            changed.include(leastToJoin(extents, last));
        }
    }

    /** The chunks of the neighbouring extents that have the fewest: fewer extents if there were too many chunks. */
    private ChunkRange leastToJoin(List<Extent> extents, int last) {
        ChunkRange best = window(extents, 0, JOINED, last);
        for (int joined = JOINED; joined > 2; joined /= 2) {
            best = window(extents, 0, joined, last);
            for (int i = 1; i + joined <= extents.size(); i++) {
                ChunkRange next = window(extents, i, joined, last);
                best = next.count() < best.count() ? next : best;
            }
            if (changed.countWith(best) <= Command.MAX_PROVEN) {
                return best;
            }
        }
        return best; // refused
    }

    private static ChunkRange window(List<Extent> extents, int from, int joined, int last) {
        int next = from + joined;
        return new ChunkRange(
                extents.get(from).from(),
                next < extents.size() ? extents.get(next).from() - 1 : last);
    }

    private record Sums(int crc32c, @Nullable Sha256 sha256) {}

    /** Of the whole result: from the chunks that were stored, and what the nodes say of the others. */
    private Sums sums(SaveInProgress save, int last) {
        ChunkInventory kept = ChunkInventory.of(transferResources, transferResources.cluster.nodes(), file);
        requireUndamaged(kept);
        int crc = 0;
        List<Sha256> strong = new ArrayList<>();
        for (int number = 1; number <= last; number++) {
            int length = changed.chunkSize().lengthOf(number, size());
            if (changed.has(number)) {
                ContentSums sums = save.sums(number);
                crc = Checksums.combine(crc, sums.crc32c(), length);
                strong.add(sums.sha256());
            } else {
                Reply.Held held = told(kept, number);
                crc = Checksums.combine(crc, held.crc32c(), length);
                if (held.sha256() != null) {
                    strong.add(held.sha256());
                }
            }
        }
        // Only what an earlier release stored has no SHA-256.
        return new Sums(crc, strong.size() == last ? Sha256.ofChunks(strong) : null);
    }

    /** If all chunks of the file before are told, they must make its checksum. */
    private void requireUndamaged(ChunkInventory kept) {
        int crc = 0;
        for (int number = 1; number <= before().chunkCount(); number++) {
            List<Reply.Held> replicas = replicas(kept, number);
            if (replicas.isEmpty()) {
                return;
            }
            crc = Checksums.combine(crc, replicas.getFirst().crc32c(), before().chunkLength(number));
        }
        if (crc != before().crc32c()) {
            throw corrupt("its replicas are not what its record says: see 'trivet verify'");
        }
    }

    private List<Reply.Held> replicas(ChunkInventory kept, int number) {
        return transferResources.cluster.nodes().stream()
                .flatMap(node -> Stream.ofNullable(kept.at(node).held().get(number)))
                .filter(held -> held.length() == before().chunkLength(number))
                .toList();
    }

    /** What the nodes say of a chunk that stays. They must not differ. */
    private Reply.Held told(ChunkInventory kept, int number) {
        List<Reply.Held> replicas = replicas(kept, number);
        if (replicas.isEmpty()) {
            throw TrivetException.of(
                    Refusal.Kind.UNREACHABLE,
                    file.path().toString(),
                    "no node says what chunk " + number + " is: try again when its nodes are back");
        }
        Reply.Held first = replicas.stream()
                .filter(held -> held.sha256() != null)
                .findFirst()
                .orElse(replicas.getFirst());
        for (Reply.Held held : replicas) {
            if (held.crc32c() != first.crc32c() || !Sha256.agree(held.sha256(), first.sha256())) {
                throw corrupt("the replicas of chunk " + number + " differ: see 'trivet verify'");
            }
        }
        return first;
    }

    private TrivetException corrupt(String detail) {
        return TrivetException.of(Refusal.Kind.CORRUPT, file.path().toString(), detail);
    }

    @Override
    public void close() {
        try {
            changed.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
