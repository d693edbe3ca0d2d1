package io.trivet.cli.files;

import io.trivet.cli.remote.ClusterCommand;
import io.trivet.cli.remote.RemoteName;
import io.trivet.cli.remote.Remotes;
import io.trivet.cli.terminal.Console;
import io.trivet.cli.text.ExitCode;
import io.trivet.client.TrivetClient;
import io.trivet.model.RemotePath;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code trivet mkdir}. */
@Command(
        name = "mkdir",
        sortOptions = false,
        header = "Makes directories, and the missing ones above them; one that exists is left as it is.")
public final class MakeDirectoryCommand extends ClusterCommand {
    @Option(
            names = {"-p", "--parents"},
            hidden = true,
            description = "Always done; accepted for compatibility.")
    boolean habit;

    @Parameters(arity = "1..*", paramLabel = "PATH", description = "The directories to make.")
    List<String> paths = new ArrayList<>();

    public MakeDirectoryCommand(Console console, Remotes remotes) {
        super(console, remotes);
    }

    @Override
    protected int run(TrivetClient client) {
        List<RemotePath> all = paths.stream().map(RemoteName::path).toList();
        all.forEach(client::makeDirectory);
        return ExitCode.DONE;
    }
}
