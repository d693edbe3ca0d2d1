package io.trivet.cli.files;

import io.trivet.cli.remote.ClusterCommand;
import io.trivet.cli.remote.RemoteName;
import io.trivet.cli.remote.Remotes;
import io.trivet.cli.terminal.Console;
import io.trivet.cli.text.CommandFailure;
import io.trivet.cli.text.ExitCode;
import io.trivet.cli.text.Text;
import io.trivet.client.TrivetClient;
import io.trivet.model.RemotePath;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code trivet mv}. */
@Command(
        name = "mv",
        sortOptions = false,
        header = "Renames or moves a file or a directory, in one step.",
        description = "Where TO is a directory, or ends with /, it goes into it.")
public final class MoveCommand extends ClusterCommand {
    @Parameters(index = "0", paramLabel = "FROM", description = "What to move.")
    String from = "";

    @Parameters(index = "1", paramLabel = "TO", description = "Its new name, or a directory to put it into.")
    String to = "";

    public MoveCommand(Console console, Remotes remotes) {
        super(console, remotes);
    }

    @Override
    protected int run(TrivetClient client) throws CommandFailure {
        RemotePath source = RemoteName.path(from);
        if (source.isRoot()) {
            throw new CommandFailure(Text.of("/: the root cannot be moved"));
        }
        RemoteName target = RemoteName.parse(to);
        boolean into = target.asDirectory() || (!target.path().equals(source) && target.isDirectory(client));
        client.rename(source, into ? target.path().resolve(source.name()) : target.path());
        return ExitCode.DONE;
    }
}
