package io.trivet.cli;

import io.trivet.client.Proposal;
import io.trivet.placement.Wish;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code trivet rebalance back}. */
@Command(
        name = "back",
        sortOptions = false,
        header = "Goes back to the table of before the last change of the layout, also in the midst of it.",
        description =
                "Shows what would move and asks, like every change. Weights and zones that were set stay set. Given twice, it undoes itself.")
final class BackCommand extends PlannedCommand {
    @Option(names = "--watch", description = "Return when all is where it belongs, checked.")
    boolean watch;

    BackCommand(Console console, Remotes remotes) {
        super(console, remotes);
    }

    @Override
    Wish wish(Remote remote) {
        return new Wish.Back();
    }

    @Override
    int applied(Remote remote, Proposal proposal) throws CommandFailure {
        long version = proposal.rearrangement().plan().layout().version();
        if (watch) {
            RebalanceCommand.follow(console, remote, version);
        }
        say(
                watch
                        ? Text.of(
                                "layout {0} is the table of before, and all is where it wants it, checked",
                                Wording.layout(version))
                        : Text.of("layout {0} is the table of before", Wording.layout(version)));
        return Program.DONE;
    }
}
