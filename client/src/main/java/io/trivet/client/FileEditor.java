package io.trivet.client;

import io.trivet.model.Checksums;
import io.trivet.model.ChunkRange;
import io.trivet.model.Extent;
import io.trivet.model.FileRecord;
import io.trivet.model.Refusal;
import io.trivet.model.Sha256;
import io.trivet.model.TrivetException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * {@link FileEdit} by a new file that shares the chunks that did not change with the file before.
 *
 * <p>A record has at most {@link FileRecord#MAX_EXTENTS}. Before a change would exceed that, {@link
 * #JOINED} neighbouring extents, those with the fewest chunks together, are stored anew as one. So a
 * file to which a chunk is appended again and again has each of its chunks stored some three times,
 * however long it becomes.
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
            SaveTarget target)
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
                        : Appender.chunkSize(transferResources.view().chunkSize()));
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
        if (changed.isEmpty() && size() == before().size()) {
            return before();
        }
        joinExtents();
        try (SaveInProgress save = new SaveInProgress(transferResources, session, target, reserve(), Progress.NONE)) {
            List<Integer> numbers = changed.numbers();
            int last = changed.last();
            if (!numbers.isEmpty()) {
                new ChunkWorkers(transferResources, numbers.size(), (place, _) -> {
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
            int best = 0;
            for (int i = 1; i + JOINED <= extents.size(); i++) {
                if (chunks(extents, i, last) < chunks(extents, best, last)) {
                    best = i;
                }
            }
            changed.include(new ChunkRange(extents.get(best).from(), end(extents, best + JOINED - 1, last)));
        }
    }

    /** The number of chunks of the extents that would be joined. */
    private static int chunks(List<Extent> extents, int from, int last) {
        return end(extents, from + JOINED - 1, last) - extents.get(from).from() + 1;
    }

    private static int end(List<Extent> extents, int index, int last) {
        return index + 1 < extents.size() ? extents.get(index + 1).from() - 1 : last;
    }

    private record Sums(int crc32c, @Nullable Sha256 sha256) {}

    /** Of the whole result: from the chunks that were stored, and what the nodes say of the others. */
    private Sums sums(SaveInProgress save, int last) {
        ChunkInventory kept = ChunkInventory.of(transferResources, transferResources.cluster.nodes(), file);
        int crc = 0;
        List<Sha256> strong = new ArrayList<>();
        for (int number = 1; number <= last; number++) {
            ContentSums sums = changed.has(number) ? save.sums(number) : told(kept, number);
            crc = Checksums.combine(crc, sums.crc32c(), changed.chunkSize().lengthOf(number, size()));
            strong.add(sums.sha256());
        }
        return new Sums(crc, Sha256.ofChunks(strong));
    }

    private ContentSums told(ChunkInventory kept, int number) {
        return transferResources.cluster.nodes().stream()
                .map(node -> kept.at(node).held().get(number))
                .filter(Objects::nonNull)
                .filter(held -> held.sha256() != null)
                .findFirst()
                .map(held -> new ContentSums(held.crc32c(), Objects.requireNonNull(held.sha256())))
                .orElseThrow(() -> TrivetException.of(
                        Refusal.Kind.UNREACHABLE,
                        file.path().toString(),
                        "no node says what chunk " + number + " is: try again when its nodes are back"));
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
