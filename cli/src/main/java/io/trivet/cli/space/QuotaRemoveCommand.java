package io.trivet.cli.space;

import io.trivet.cli.remote.ClusterCommand;
import io.trivet.cli.remote.RemoteName;
import io.trivet.cli.remote.Remotes;
import io.trivet.cli.terminal.Console;
import io.trivet.cli.text.ExitCode;
import io.trivet.cli.text.Json;
import io.trivet.cli.text.Text;
import io.trivet.client.TrivetClient;
import io.trivet.model.Quota;
import io.trivet.model.RemotePath;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code trivet quota remove}. */
@Command(name = "remove", sortOptions = false, header = "Takes the quota of a directory away.")
public final class QuotaRemoveCommand extends ClusterCommand {
    @Parameters(paramLabel = "DIR", description = "The directory; / is everything.")
    String directory = "";

    @Option(names = "--json", description = "As JSON: {\"directory\",\"quotaBytes\":null,\"quotaFiles\":null}.")
    boolean json;

    public QuotaRemoveCommand(Console console, Remotes remotes) {
        super(console, remotes);
    }

    @Override
    protected int run(TrivetClient client) {
        RemotePath path = RemoteName.path(directory);
        client.quotas().set(path, Quota.NO_LIMIT, Quota.NO_LIMIT);
        console.say(
                json
                        ? new Json()
                                .put("directory", path.toString())
                                .put("quotaBytes", null)
                                .put("quotaFiles", null)
                        : Text.of("{0} has no quota any more", console.name(path.toString())));
        return ExitCode.DONE;
    }
}
