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

/** {@code trivet rebalance resume}. */
@Command(
        name = "resume",
        sortOptions = false,
        header = "Moving goes on.",
        description = "After `trivet rebalance pause`.")
public final class ResumeCommand extends ClusterCommand {
    @Option(names = "--json", description = "As JSON: {\"paused\"}.")
    boolean json;

    public ResumeCommand(Console console, Remotes remotes) {
        super(console, remotes);
    }

    @Override
    protected int run(TrivetClient client) {
        client.layout().setRebalancing(false, -1, null);
        console.say(json ? new Json().put("paused", false) : Text.of("moves go on"));
        return ExitCode.DONE;
    }
}
