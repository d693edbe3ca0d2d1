package io.trivet.cli.layout;

import io.trivet.cli.remote.ClusterCommand;
import io.trivet.cli.remote.Remotes;
import io.trivet.cli.terminal.Console;
import io.trivet.cli.text.ExitCode;
import io.trivet.cli.text.Json;
import io.trivet.cli.text.Text;
import io.trivet.client.TrivetClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code trivet rebalance pause}. */
@Command(
        name = "pause",
        sortOptions = false,
        header = "Nothing is moved any more until `trivet rebalance resume`.",
        description = "Replicas that are lacking are made all the same, and nodes keep what they hold.")
public final class PauseCommand extends ClusterCommand {
    @Option(names = "--json", description = "As JSON: {\"paused\"}.")
    boolean json;

    public PauseCommand(Console console, Remotes remotes) {
        super(console, remotes);
    }

    @Override
    protected int run(TrivetClient client) {
        client.layout().setRebalancing(true, -1, null);
        console.say(
                json
                        ? new Json().put("paused", true)
                        : Text.of("moves are paused; what is lacking is made all the same"));
        return ExitCode.DONE;
    }
}
