package io.trivet.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code trivet rebalance pause}. */
@Command(
        name = "pause",
        sortOptions = false,
        header = "Nothing is moved any more until `trivet rebalance resume`.",
        description = "Replicas that are lacking are made all the same, and nodes keep what they hold.")
final class PauseCommand extends ClusterCommand {
    @Option(names = "--json", description = "As JSON: {\"paused\"}.")
    boolean json;

    PauseCommand(Console console, Remotes remotes) {
        super(console, remotes);
    }

    @Override
    int run(Remote remote) {
        remote.rebalancing(true, -1, null);
        console.say(
                json
                        ? new Json().put("paused", true)
                        : Text.of("moves are paused; what is lacking is made all the same"));
        return Program.DONE;
    }
}
