package io.trivet.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code trivet rebalance automatic}. */
@Command(
        name = "automatic",
        sortOptions = false,
        header = "Whether new nodes are taken in without being asked for; off at first.",
        description = "")
final class AutomaticCommand extends ClusterCommand {
    @Parameters(
            index = "0",
            paramLabel = "on|off",
            description = "on: each new node in turn, as soon as nothing else moves.")
    SweepingCommand.Switch wanted = SweepingCommand.Switch.off;

    @Option(names = "--json", description = "As JSON: {\"automatic\"}.")
    boolean json;

    AutomaticCommand(Console console, Remotes remotes) {
        super(console, remotes);
    }

    @Override
    int run(Remote remote) {
        boolean on = wanted == SweepingCommand.Switch.on;
        remote.rebalancing(null, -1, on);
        console.say(
                json
                        ? new Json().put("automatic", on)
                        : on
                                ? Text.of("new nodes are taken in by themselves")
                                : Text.of("new nodes wait for `trivet rebalance`"));
        return Program.DONE;
    }
}
