package io.trivet.quorum;

import io.trivet.model.Command;
import java.nio.file.Path;
import java.util.function.LongSupplier;

/**
 * The room on the file system of a master's log. A part is reserved for commands that free space
 * and for checkpoints: commands that make the namespace grow are refused before the log needs that
 * part. Chunks stop earlier, at their own reserve.
 */
public final class LogSpace {
    private static final long LARGEST_RESERVE = 256L << 20;
    private static final int RESERVE_PART = 50;

    private final LongSupplier total;
    private final LongSupplier free;

    LogSpace(LongSupplier total, LongSupplier free) {
        this.total = total;
        this.free = free;
    }

    /** For the file system of this directory, which must exist. */
    public static LogSpace of(Path directory) {
        return new LogSpace(directory.toFile()::getTotalSpace, directory.toFile()::getUsableSpace);
    }

    /**
     * Whether a command makes the namespace grow. Other commands may free space or keep chunks
     * safe.
     */
    static boolean isGrowth(Command command) {
        return switch (command) {
            case Command.MakeDirectory _,
                    Command.Rename _,
                    Command.Reserve _,
                    Command.Adopt _,
                    Command.Commit _,
                    Command.Untrash _ -> true;
            default -> false;
        };
    }

    /** Whether less is free than the reserve: a fiftieth, at most 256 MiB. */
    public boolean isShort() {
        return free.getAsLong() < Math.min(LARGEST_RESERVE, total.getAsLong() / RESERVE_PART);
    }
}
