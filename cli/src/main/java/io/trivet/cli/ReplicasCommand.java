package io.trivet.cli;

import io.trivet.client.Proposal;
import io.trivet.model.Layout;
import io.trivet.placement.Wish;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code trivet replicas}. */
@Command(
        name = "replicas",
        sortOptions = false,
        header = "Sets how many replicas every chunk has, on as many different nodes.",
        description = {
            "",
            "What is saved from now on has that many at once; what is there gets more copies, or loses those that are too many, as the cluster finds time.",
            ""
        })
final class ReplicasCommand extends PlannedCommand {
    @Parameters(index = "0", paramLabel = "R", description = "1 to " + Layout.MAX_REPLICAS + "; 2 is usual.")
    int replicas;

    @Option(names = "--watch", description = "Return when every chunk has them, checked.")
    boolean watch;

    ReplicasCommand(Console console, Remotes remotes) {
        super(console, remotes);
    }

    @Override
    void check() {
        if (replicas < 1 || replicas > Layout.MAX_REPLICAS) {
            throw new WrongUsage(Text.of("replicas go from {0} to {1}, not {2}", 1, Layout.MAX_REPLICAS, replicas));
        }
    }

    @Override
    Wish wish(Remote remote) {
        return new Wish.Replicas(replicas);
    }

    @Override
    int applied(Remote remote, Proposal proposal) throws CommandFailure {
        long version = proposal.rearrangement().plan().layout().version();
        if (watch) {
            RebalanceCommand.follow(console, remote, version);
        }
        Text said = Text.of("{0} of every chunk from layout {1} on", Text.count(replicas, "replica"), version);
        say(
                watch
                        ? Text.of("{0}: they are there, checked", said)
                        : Text.of("{0}: `trivet debt` says how many are still to be made", said));
        return Program.DONE;
    }
}
