package io.trivet.chunk;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/** What is known of one volume that can be read. Any thread. */
final class Volume {
    private final int number;
    private final long id;
    private final Path path;
    private final Object marking = new Object();
    private final AtomicLong liveBytes = new AtomicLong();
    private volatile long end;
    private volatile int entries;
    private volatile boolean kept;

    /** @param end where its records end: those before are durable */
    Volume(int number, long id, Path path, long end) {
        this.number = number;
        this.id = id;
        this.path = path;
        this.end = end;
    }

    int number() {
        return number;
    }

    long id() {
        return id;
    }

    Path path() {
        return path;
    }

    /** Where its durable records end. */
    long end() {
        return end;
    }

    void end(long now) {
        end = now;
    }

    /**
     * Held while records are marked as removed, and while the contents are written: so a record that was marked has
     * no entry that says otherwise.
     */
    Object marking() {
        return marking;
    }

    /** Entries in its contents, which begin at {@link #end}; 0 if it has none. */
    int entries() {
        return entries;
    }

    void entries(int count) {
        entries = count;
    }

    /** Bytes of the records that the index points to. */
    long liveBytes() {
        return liveBytes.get();
    }

    void use(long bytes) {
        liveBytes.addAndGet(bytes);
    }

    /** Bytes of records that nothing points to. */
    long deadBytes() {
        return Math.max(0, end - VolumeFormat.UNIT - liveBytes.get());
    }

    /** Whether it holds something that must stay where it is. */
    boolean isKept() {
        return kept;
    }

    void keep() {
        kept = true;
    }

    /** How a record of this volume is named in messages. */
    Path named(long position) {
        return named(path, position);
    }

    static Path named(Path path, long position) {
        return path.resolveSibling(path.getFileName() + "+" + position);
    }
}
