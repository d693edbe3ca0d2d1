package io.trivet.cli.files;

import io.trivet.cli.remote.RemoteName;
import io.trivet.cli.remote.Remotes;
import io.trivet.cli.terminal.Console;
import io.trivet.cli.text.CommandFailure;
import io.trivet.cli.text.Json;
import io.trivet.cli.text.Text;
import io.trivet.client.TrivetClient;
import io.trivet.model.RemotePath;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code trivet rm}. */
@Command(
        name = "rm",
        sortOptions = false,
        header = "Removes files and empty directories.",
        description = {
            "Failures are reported; the other files are removed nevertheless.",
            "What is removed can be restored for a time: see `trivet trash`."
        })
public final class RemoveCommand extends PathsCommand {
    @Option(
            names = {"-r", "--recursive"},
            description = "Remove directories with all that is in them.")
    boolean recursive;

    @Option(names = "--now", description = "Without the trash: what is removed cannot be restored.")
    boolean now;

    @Parameters(arity = "1..*", paramLabel = "PATH", description = "What to remove.")
    List<String> paths = new ArrayList<>();

    public RemoveCommand(Console console, Remotes remotes) {
        super(console, remotes);
    }

    @Override
    protected List<String> paths() {
        return paths;
    }

    @Override
    protected boolean tells() {
        return verbose;
    }

    @Override
    protected void check() throws CommandFailure {
        if (paths.stream().map(RemoteName::path).anyMatch(RemotePath::isRoot)) {
            throw new CommandFailure(Text.of("/: the root cannot be removed"));
        }
    }

    @Override
    protected Said each(TrivetClient client, RemotePath path) {
        client.remove(path, recursive, now);
        return new Said(new Json().put("path", path.toString()).put("removed", true), Text.of("removed {0}", path));
    }
}
