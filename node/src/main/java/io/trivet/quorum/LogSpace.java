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
     * Whether a command makes the namespace grow. The others free room, keep chunks safe, stop a
     * flood, or let nodes and users do one of these.
     */
    static boolean isGrowth(Command command) {
        return switch (command) {
            case Command.MakeDirectory _,
                    Command.Rename _,
                    Command.Reserve _,
                    Command.Adopt _,
                    Command.Commit _,
                    Command.Create _,
                    Command.Copy _,
                    Command.ChangeFile _,
                    Command.BeginUpload _,
                    Command.PutPiece _,
                    Command.CompleteUpload _,
                    Command.SetMetadata _,
                    Command.Untrash _,
                    Command.AddUser _,
                    Command.AddGroup _ -> true;
            case Command.Found _,
                    Command.IssueToken _,
                    Command.RevokeToken _,
                    Command.Join _,
                    Command.Seat _,
                    Command.Move _,
                    Command.RaiseLossEpoch _,
                    Command.PublishLayout _,
                    Command.SettleLayout _,
                    Command.Rearrange _,
                    Command.Measure _,
                    Command.SetRebalancing _,
                    Command.ForgetNode _,
                    Command.OpenSession _,
                    Command.RotateSecret _,
                    Command.Rekey _,
                    Command.Rewrap _,
                    Command.RemoveUser _,
                    Command.RemoveGroup _,
                    Command.SetMember _,
                    Command.SetRights _,
                    Command.SetQuota _,
                    Command.CountUse _,
                    Command.SetLimits _,
                    Command.EndSession _,
                    Command.Abandon _,
                    Command.AbortUpload _,
                    Command.Remove _,
                    Command.SetTrash _,
                    Command.Discard _,
                    Command.Dissolve _,
                    Command.Attest _,
                    Command.ForgetRemoved _,
                    Command.SetSweeping _,
                    Command.SetMasters _,
                    Command.Restore _,
                    Command.Restored _ -> false;
        };
    }

    /** Whether less is free than the reserve: a fiftieth, at most 256 MiB. */
    public boolean isShort() {
        return free.getAsLong() < Math.min(LARGEST_RESERVE, total.getAsLong() / RESERVE_PART);
    }
}
