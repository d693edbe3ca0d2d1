package io.trivet.cli.files;

import io.trivet.cli.remote.ClusterCommand;
import io.trivet.cli.remote.RemoteName;
import io.trivet.cli.remote.Remotes;
import io.trivet.cli.terminal.Console;
import io.trivet.cli.text.ExitCode;
import io.trivet.client.Progress;
import io.trivet.client.TrivetClient;
import io.trivet.model.RemotePath;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code trivet cat}. */
@Command(
        name = "cat",
        sortOptions = false,
        header = "Writes files to standard output, one after the other.",
        description = {
            "",
            "Every block is checked as it passes, the whole of a file at its end: exit code 1 means that what was written is not all of it.",
            ""
        })
public final class CatCommand extends ClusterCommand {
    @Parameters(arity = "1..*", paramLabel = "PATH", description = "The files.")
    List<String> paths = new ArrayList<>();

    public CatCommand(Console console, Remotes remotes) {
        super(console, remotes);
    }

    @Override
    public boolean writesBytes() {
        return true;
    }

    @Override
    protected int run(TrivetClient client) throws IOException {
        for (RemotePath path : paths.stream().map(RemoteName::path).toList()) {
            client.load(path, console.out(), Progress.NONE);
        }
        return ExitCode.DONE;
    }
}
