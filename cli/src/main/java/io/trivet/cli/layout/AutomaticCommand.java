package io.trivet.cli.layout;

import io.trivet.cli.remote.ClusterCommand;
import io.trivet.cli.remote.OnOff;
import io.trivet.cli.remote.Remotes;
import io.trivet.cli.terminal.Console;
import io.trivet.cli.text.ExitCode;
import io.trivet.cli.text.Json;
import io.trivet.cli.text.Text;
import io.trivet.client.TrivetClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code trivet rebalance automatic}. */
@Command(
        name = "automatic",
        sortOptions = false,
        header = "Whether new nodes are taken in without being asked for; off at first.",
        description = "")
public final class AutomaticCommand extends ClusterCommand {
    @Parameters(
            index = "0",
            paramLabel = "on|off",
            description = "on: each new node in turn, as soon as nothing else moves.")
    OnOff wanted = OnOff.off;

    @Option(names = "--json", description = "As JSON: {\"automatic\"}.")
    boolean json;

    public AutomaticCommand(Console console, Remotes remotes) {
        super(console, remotes);
    }

    @Override
    protected int run(TrivetClient client) {
        boolean on = wanted == OnOff.on;
        client.layout().setRebalancing(null, -1, on);
        console.say(
                json
                        ? new Json().put("automatic", on)
                        : on
                                ? Text.of("new nodes are taken in by themselves")
                                : Text.of("new nodes wait for `trivet rebalance`"));
        return ExitCode.DONE;
    }
}
