package io.trivet.cli.trash;

import io.trivet.cli.remote.ClusterCommand;
import io.trivet.cli.remote.RemoteName;
import io.trivet.cli.remote.Remotes;
import io.trivet.cli.terminal.Console;
import io.trivet.cli.text.CommandFailure;
import io.trivet.cli.text.ErrorMessage;
import io.trivet.cli.text.ExitCode;
import io.trivet.cli.text.Text;
import io.trivet.cli.text.WrongUsage;
import io.trivet.client.TrivetClient;
import io.trivet.model.FileId;
import io.trivet.model.RemotePath;
import io.trivet.model.TrashedFile;
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
        header = "Restores files from the trash.",
        description = {
            "",
            "PATH is where a file was, or a directory for all that was below it. Of several that were at one path the newest comes back; --id takes another. A "
                    + "name that something has is never replaced: --to restores under another one.",
            ""
        })
public final class TrashRestoreCommand extends ClusterCommand {
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

    public TrashRestoreCommand(Console console, Remotes remotes) {
        super(console, remotes);
    }

    @Override
    protected int run(TrivetClient client) throws CommandFailure {
        RemotePath asked = RemoteName.path(path);
        RemotePath target = to == null ? asked : RemoteName.path(to);
        if (id != null) {
            client.trash().restore(wanted(id), target);
            console.say(Text.of("restored {0}", target));
            return ExitCode.DONE;
        }
        TrashCan.await(client, console);
        List<TrashedFile> found = TrashCan.newest(client, asked);
        if (found.isEmpty()) {
            throw new CommandFailure(
                    Text.of("{0}: nothing of that name is in the trash (`trivet trash list` shows what is)", asked));
        }
        int failed = 0;
        for (TrashedFile file : found) {
            failed += restore(client, file, asked, target) ? 0 : 1;
        }
        return failed == 0 ? ExitCode.DONE : ExitCode.FAILED;
    }

    private static FileId wanted(String id) {
        try {
            return FileId.parse(id);
        } catch (IllegalArgumentException e) {
            throw new WrongUsage(ErrorMessage.reason(e));
        }
    }

    /** The path below {@code target} that {@code path} had below {@code asked}. */
    private static RemotePath moved(RemotePath path, RemotePath asked, RemotePath target) {
        RemotePath moved = target;
        for (String name :
                path.segments().subList(asked.segments().size(), path.segments().size())) {
            moved = moved.resolve(name);
        }
        return moved;
    }

    /**
     * A file that cannot be restored, for example because its new path is too long, does not stop
     * the others.
     */
    private boolean restore(TrivetClient client, TrashedFile file, RemotePath asked, RemotePath target) {
        try {
            RemotePath moved = moved(file.path(), asked, target);
            client.trash().restore(file.record().id(), moved);
            console.say(Text.of("restored {0}", moved));
            return true;
        } catch (TrivetException e) {
            tellFailure(file.path().toString(), e);
            return false;
        }
    }
}
