package io.trivet.cli.files;

import io.trivet.cli.remote.ClusterCommand;
import io.trivet.cli.remote.RemoteName;
import io.trivet.cli.remote.Remotes;
import io.trivet.cli.terminal.Console;
import io.trivet.cli.text.CommandFailure;
import io.trivet.cli.text.ErrorMessage;
import io.trivet.cli.text.ExitCode;
import io.trivet.cli.text.Text;
import io.trivet.client.TrivetClient;
import io.trivet.model.RemotePath;
import io.trivet.model.TrivetException;
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
public final class RemoveCommand extends ClusterCommand {
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
    protected int run(TrivetClient client) throws CommandFailure {
        List<RemotePath> all = paths.stream().map(RemoteName::path).toList();
        if (all.contains(RemotePath.ROOT)) {
            throw new CommandFailure(Text.of("/: the root cannot be removed"));
        }
        int failed = 0;
        for (RemotePath path : all) {
            failed += remove(client, path) ? 0 : 1;
        }
        return failed == 0 ? ExitCode.DONE : ExitCode.FAILED;
    }

    private boolean remove(TrivetClient client, RemotePath path) {
        try {
            client.remove(path, recursive, now);
            return true;
        } catch (TrivetException e) {
            console.complain(ErrorMessage.about(e));
            return false;
        }
    }
}
