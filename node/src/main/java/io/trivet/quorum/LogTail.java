package io.trivet.quorum;

import io.trivet.file.FileSync;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Repairs the end of the log before Ratis reads it.
 *
 * <p>Ratis writes into preallocated space, so an entry that was being written when the power failed
 * is there in part, with zeros for the rest, and was not acknowledged. Such an entry is cut off: it
 * does not verify, a sector of it is missing, and it is behind the {@link ForcedMark}. Several
 * entries may have been on their way to the disk together, and later ones may be complete: they are
 * cut off too, because an fsync covers everything up to its end. Without a mark, nothing that
 * verifies may be behind it. Everything else that does not verify may be an entry that this master
 * acknowledged, and is an error (rule 8).
 *
 * <p>What remains is forced to disk: a killed process leaves entries in the page cache only, and
 * from here on the master acknowledges all that it reads.
 */
final class LogTail {
    private static final Logger LOG = LoggerFactory.getLogger(LogTail.class);
    private static final Pattern SEGMENT = Pattern.compile("log(_inprogress)?_(\\d+)(?:-\\d+)?");

    private LogTail() {}

    private record Segment(Path file, long start, boolean open) {}

    /**
     * Repairs the log whose segments are in this directory. If it is killed, a repeated call has
     * the same effect.
     *
     * @param forced up to this entry nothing can have been torn
     * @throws IOException also if an entry is damaged that may have been acknowledged
     */
    static void mend(Path current, long forced) throws IOException {
        Optional<Segment> last = last(current);
        if (last.isPresent()) {
            if (last.get().open()) {
                mend(last.get(), forced);
            }
            FileSync.force(last.get().file());
        }
        FileSync.force(current);
    }

    /**
     * Writes the last segment again, repaired: after a failed fsync, what is read may be in the
     * page cache only. If it is killed, the segment is the old one or the new one.
     */
    static void writeAgain(Path current, long forced) throws IOException {
        Optional<Segment> last = last(current).filter(Segment::open);
        if (last.isPresent()) {
            Path file = last.get().file();
            byte[] bytes = Files.readAllBytes(file);
            Path again = current.resolve("again");
            Files.write(again, Arrays.copyOf(bytes, kept(file, bytes, last.get().start(), forced)));
            FileSync.force(again);
            Files.move(again, file, StandardCopyOption.ATOMIC_MOVE);
            FileSync.force(current);
        }
    }

    /** The term of the newest entry of a repaired log; 0 if there is none. */
    static long lastTerm(Path current) throws IOException {
        Optional<Segment> last = last(current);
        if (last.isEmpty()) {
            return 0;
        }
        SegmentBytes bytes = new SegmentBytes(Files.readAllBytes(last.get().file()));
        long term = 0;
        int position = SegmentBytes.HEADER_BYTES;
        for (var next = bytes.entryAt(position); next.isPresent(); next = bytes.entryAt(position)) {
            term = next.get().term();
            position = next.get().end();
        }
        return term;
    }

    /** Ignores empty segments, which Ratis removes. */
    private static Optional<Segment> last(Path current) throws IOException {
        return CheckpointFiles.in(current).stream()
                .map(LogTail::segment)
                .flatMap(Optional::stream)
                .filter(segment -> segment.file().toFile().length() > 0)
                .max(Comparator.comparingLong(Segment::start));
    }

    private static Optional<Segment> segment(Path file) {
        Matcher name = SEGMENT.matcher(file.getFileName().toString());
        return name.matches()
                ? Optional.of(new Segment(file, Long.parseLong(name.group(2)), name.group(1) != null))
                : Optional.empty();
    }

    private static void mend(Segment segment, long forced) throws IOException {
        byte[] bytes = Files.readAllBytes(segment.file());
        int kept = kept(segment.file(), bytes, segment.start(), forced);
        if (kept < bytes.length) {
            try (FileChannel channel = FileChannel.open(segment.file(), StandardOpenOption.WRITE)) {
                channel.truncate(kept);
            }
            LOG.warn(
                    "end of the log cut off file={} from={}: the entry there was written in part when the machine stopped, and never acknowledged, nor was any behind it",
                    segment.file(),
                    kept);
        }
    }

    /**
     * How many bytes of a segment to keep: all of it, or those before an entry that was never
     * acknowledged.
     */
    static int kept(Path file, byte[] content, long start, long forced) throws IOException {
        SegmentBytes bytes = new SegmentBytes(content);
        if (bytes.isCutInHeader()) {
            return content.length; // Ratis removes a segment without a complete header.
        }
        if (!bytes.hasHeader()) {
            throw new IOException(file + ": this is no log of the masters, or its first bytes are damaged");
        }
        int position = SegmentBytes.HEADER_BYTES;
        long index = start;
        Optional<SegmentBytes.Entry> next = bytes.entryAt(position);
        while (next.filter(isNumbered(index)).isPresent()) {
            position = next.get().end();
            index++;
            next = bytes.entryAt(position);
        }
        if (bytes.isZero(position, content.length)) {
            return content.length;
        }
        OptionalInt behind = bytes.firstEntryFrom(position + 1, index);
        boolean mayBeTorn = forced == ForcedMark.UNKNOWN ? behind.isEmpty() : index > forced;
        if (next.isPresent() || !mayBeTorn || !bytes.isTorn(position, behind)) {
            throw new IOException(file + ": entry " + index + " at byte " + position + " is damaged");
        }
        return position;
    }

    private static Predicate<SegmentBytes.Entry> isNumbered(long index) {
        return entry -> entry.index() == index;
    }
}
