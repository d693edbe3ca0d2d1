package io.trivet.cli.files;

import io.trivet.cli.remote.ClusterCommand;
import io.trivet.cli.remote.RemoteName;
import io.trivet.cli.remote.Remotes;
import io.trivet.cli.terminal.Console;
import io.trivet.cli.text.ExitCode;
import io.trivet.client.FilePlacement;
import io.trivet.client.TrivetClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code trivet where}. */
@Command(
        name = "where",
        sortOptions = false,
        header = "Draws the table of a file's chunks and the nodes that hold them.")
public final class WhereCommand extends ClusterCommand {
    @Option(
            names = "--json",
            description =
                    "As JSON: {\"path\",\"size\",\"chunkSize\",\"replicas\",\"first\",\"chunks\":[{\"number\",\"slot\",\"length\",\"nodes\"}]}; nodes in candidate order.")
    boolean json;

    @Parameters(index = "0", paramLabel = "PATH", description = "The file.")
    String path = "";

    public WhereCommand(Console console, Remotes remotes) {
        super(console, remotes);
    }

    @Override
    protected int run(TrivetClient client) {
        FilePlacement placement = client.replicas().where(RemoteName.path(path));
        if (json) {
            console.say(WhereTable.json(placement));
        } else {
            new WhereTable(placement, client.cluster().status().view().layout()).print(console::say);
        }
        return ExitCode.DONE;
    }
}
