package io.trivet.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code trivet rebalance resume}. */
@Command(
        name = "resume",
        sortOptions = false,
        header = "Moving goes on.",
        description = "After `trivet rebalance pause`.")
final class ResumeCommand extends ClusterCommand {
    @Option(names = "--json", description = "As JSON: {\"paused\"}.")
    boolean json;

    ResumeCommand(Console console, Remotes remotes) {
        super(console, remotes);
    }

    @Override
    int run(Remote remote) {
        remote.rebalancing(false, -1, null);
        console.say(json ? new Json().put("paused", false) : Text.of("moves go on"));
        return Program.DONE;
    }
}
