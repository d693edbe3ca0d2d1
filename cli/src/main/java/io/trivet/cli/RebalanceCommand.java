package io.trivet.cli;

import io.trivet.client.Proposal;
import io.trivet.placement.Wish;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code trivet rebalance}. */
@Command(
        name = "rebalance",
        sortOptions = false,
        header = "Gives every node its share: shows what would move, and asks.",
        description = {
            "",
            "New nodes are taken in; weights and zones are followed. The least possible moves. Nothing is ever below its number of replicas for it.",
            ""
        })
final class RebalanceCommand extends PlannedCommand implements Parent {
    private static final long MAX_RATE = 1L << 40;

    @Option(
            names = "--rate",
            paramLabel = "BYTES",
            description =
                    "Only set how much a node pulls in a second while it moves data: 50M, 1G; 0 for each node's own limit. With --yes, rebalance as well.")
    @Nullable
    String rate;

    @Option(names = "--watch", description = "Return when all is where it belongs, checked.")
    boolean watch;

    RebalanceCommand(Console console, Remotes remotes) {
        super(console, remotes);
    }

    @Override
    void check() {
        if (rate != null) {
            rate(rate);
        }
    }

    @Override
    int run(Remote remote) throws java.io.IOException, CommandFailure {
        if (rate == null) {
            return super.run(remote);
        }
        long wanted = rate(rate);
        remote.rebalancing(null, wanted, null);
        say(
                wanted == 0
                        ? Text.of("moves keep to each node's own limit")
                        : Text.of("moves are limited to {0} a node", Wording.rate((double) wanted)));
        if (yes) {
            return super.run(remote);
        }
        if (json) {
            console.say(new Json().put("bytesPerSecond", wanted));
        }
        return Program.DONE;
    }

    @Override
    Wish wish(Remote remote) {
        return new Wish.Balance();
    }

    @Override
    boolean notesSomething(Proposal proposal) {
        return false;
    }

    @Override
    int applied(Remote remote, Proposal proposal) throws CommandFailure {
        return published(this, remote, proposal, watch);
    }

    /** The end of a command that moved something; it waits for the moving if it is to. */
    static int published(PlannedCommand command, Remote remote, Proposal proposal, boolean watch)
            throws CommandFailure {
        long version = proposal.rearrangement().plan().layout().version();
        if (watch) {
            follow(command.console, remote, version);
        }
        command.say(
                watch
                        ? Text.of(
                                "all is where layout {0} wants it, checked, and nothing is owed",
                                Wording.layout(version))
                        : Text.of(
                                "layout {0} is published: `trivet nodes list` says how far it is, `trivet rebalance back` undoes it",
                                Wording.layout(version)));
        return Program.DONE;
    }

    /** Watches until all is where it belongs; fails where another layout took its place. */
    static void follow(Console console, Remote remote, long version) throws CommandFailure {
        if (!new LayoutWatch(console, remote).await(version, null)) {
            throw new CommandFailure(
                    Text.of("the layout was changed again meanwhile: `trivet nodes list` says how far it is"));
        }
    }

    /** Bytes a second, from a number with or without K, M, G (powers of 1024). */
    static long rate(String word) {
        if (!word.matches("\\d{1,12}[KMG]?")) {
            throw new WrongUsage(Text.of("--rate is bytes a second like 50M or 1G, not {0}", word));
        }
        char last = word.charAt(word.length() - 1);
        int shift = last == 'K' ? 10 : last == 'M' ? 20 : last == 'G' ? 30 : 0;
        long number = Long.parseLong(shift == 0 ? word : word.substring(0, word.length() - 1));
        if (number > MAX_RATE >> shift) {
            throw new WrongUsage(Text.of("--rate goes up to {0}G", MAX_RATE >> 30));
        }
        return number << shift;
    }
}
