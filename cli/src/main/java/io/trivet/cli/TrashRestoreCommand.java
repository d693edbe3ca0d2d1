package io.trivet.cli;

import io.trivet.model.FileId;
import io.trivet.model.RemotePath;
import io.trivet.model.Trashed;
import io.trivet.model.TrivetException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code trivet trash restore}. */
@Command(
        name = "restore",
        sortOptions = false,
        header = "Gives files of the trash their names again.",
        description = {
            "",
            "PATH is where a file was, or a directory for all that was below it. Of several that were at one path the newest comes back; --id takes another. A "
                    + "name that something has is never replaced: --to restores under another one.",
            ""
        })
final class TrashRestoreCommand extends ClusterCommand {
    @Option(names = "--to", paramLabel = "PATH", description = "Under this name instead.")
    @Nullable
    String to;

    @Option(
            names = "--id",
            paramLabel = "ID",
            description = "The file with this id, as `trivet trash list --json` shows it.")
    @Nullable
    String id;

    @Parameters(index = "0", paramLabel = "PATH", description = "Where it was.")
    String path = "";

    TrashRestoreCommand(Console console, Remotes remotes) {
        super(console, remotes);
    }

    @Override
    int run(Remote remote) throws CommandFailure {
        RemotePath asked = RemoteName.path(path);
        RemotePath target = to == null ? asked : RemoteName.path(to);
        if (id != null) {
            remote.restore(wanted(id), target);
            console.say(Text.of("restored {0}", target));
            return Program.DONE;
        }
        List<Trashed> found = TrashCan.newest(remote, asked);
        if (found.isEmpty()) {
            throw new CommandFailure(
                    Text.of("{0}: nothing of that name is in the trash (`trivet trash list` shows what is)", asked));
        }
        int failed = 0;
        for (Trashed file : found) {
            failed += restore(remote, file, moved(file.path(), asked, target)) ? 0 : 1;
        }
        return failed == 0 ? Program.DONE : Program.FAILED;
    }

    private static FileId wanted(String id) {
        try {
            return FileId.parse(id);
        } catch (IllegalArgumentException e) {
            throw new WrongUsage(Complaint.reason(e));
        }
    }

    /** The place below {@code target} that {@code path} had below {@code asked}. */
    private static RemotePath moved(RemotePath path, RemotePath asked, RemotePath target) {
        RemotePath moved = target;
        for (String name :
                path.segments().subList(asked.segments().size(), path.segments().size())) {
            moved = moved.resolve(name);
        }
        return moved;
    }

    private boolean restore(Remote remote, Trashed file, RemotePath target) {
        try {
            remote.restore(file.record().id(), target);
            console.say(Text.of("restored {0}", target));
            return true;
        } catch (TrivetException e) {
            console.complain(Complaint.about(e));
            return false;
        }
    }
}
