package io.trivet.quorum;

import io.trivet.model.Command;
import io.trivet.model.FileRecord;
import io.trivet.model.RemotePath;
import io.trivet.model.Upload;

/**
 * About how much an operation makes every master do when it is applied, in bytes of rows. All
 * operations of an entry are applied in one transaction in memory, so an entry takes only as many
 * as weigh {@link LogEntryCodec#MAX_ENTRY_BYTES} together, or one.
 */
final class OperationWeight {
    /** A directory that is made on the way to a path: its name, its location, its parent's time. */
    private static final int DIRECTORY_BYTES = 128;

    /**
     * A record, two rows of its content, and some attributes. A file may have 8 KiB of them, which is
     * not known here: an entry may copy some MiB.
     */
    private static final int COPIED_BYTES = 512;

    /** Two rows of each content of a changed file, and its record. */
    private static final int CHANGED_BYTES = FileRecord.MAX_EXTENTS * 128;

    /**
     * A file that goes away, if there are changed files: for each content a row that is removed, and
     * the time if it was the last. Whether it is such a file is not known here.
     */
    private static final int LEAVING_BYTES = FileRecord.MAX_EXTENTS * 64;

    /** A piece of an upload that is completed: its row is read. */
    private static final int PIECE_BYTES = 64;

    /** A rename reads up to 10,000 names, and writes few rows. */
    private static final int RENAME_BYTES = 32 << 10;

    /** A name that is counted: the rows of the directories above it. */
    private static final int COUNTED_BYTES = 128;

    /** An id that is removed from the trash, or whose removal is forgotten. */
    private static final int REMOVED_BYTES = 64;

    private OperationWeight() {}

    /**
     * What is written beyond the bytes of the operation itself.
     *
     * @param changedFiles whether there are files with several contents
     */
    static long of(Command command, boolean changedFiles) {
        int leaving = changedFiles ? LEAVING_BYTES : 0;
        return switch (command) {
            case Command.MakeDirectory make -> directories(make.path());
            case Command.Commit commit -> directories(commit.path()) + leaving;
            case Command.CompleteUpload complete ->
                directories(complete.path())
                        + (long) Math.clamp(complete.pieces(), 0, Upload.MAX_PIECES) * PIECE_BYTES
                        + leaving;
            case Command.Create create -> directories(create.path()) + leaving;
            case Command.ChangeFile _ -> CHANGED_BYTES;
            case Command.Copy copy -> directories(copy.to()) + (changedFiles ? CHANGED_BYTES : COPIED_BYTES) + leaving;
            case Command.Untrash untrash -> directories(untrash.path());
            case Command.Rename _ -> RENAME_BYTES;
            case Command.Remove _ -> leaving;
            case Command.Dissolve dissolve -> Math.max(dissolve.bytes(), (long) dissolve.limit() * leaving);
            case Command.CountUse count -> (long) count.limit() * COUNTED_BYTES;
            case Command.Discard discard -> discard.ids().size() * (long) Math.max(REMOVED_BYTES, leaving);
            case Command.ForgetRemoved forget -> (long) forget.ids().size() * REMOVED_BYTES;
            default -> 0;
        };
    }

    private static long directories(RemotePath path) {
        return (long) path.segments().size() * DIRECTORY_BYTES;
    }
}
