package io.trivet.cli.layout;

import io.trivet.cli.remote.CommandGroup;
import io.trivet.cli.remote.Remotes;
import io.trivet.cli.terminal.Console;
import io.trivet.cli.text.CommandFailure;
import io.trivet.cli.text.ExitCode;
import io.trivet.cli.text.Format;
import io.trivet.cli.text.Json;
import io.trivet.cli.text.Text;
import io.trivet.cli.text.WrongUsage;
import io.trivet.client.LayoutProposal;
import io.trivet.client.TrivetClient;
import io.trivet.placement.LayoutRequest;
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
            "New nodes are taken in; weights and zones are followed. The least possible moves. No chunk ever has fewer replicas because of it.",
            ""
        })
public final class RebalanceCommand extends PlannedCommand implements CommandGroup {
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

    public RebalanceCommand(Console console, Remotes remotes) {
        super(console, remotes);
    }

    @Override
    protected void check() {
        if (rate != null) {
            rate(rate);
        }
    }

    @Override
    protected int run(TrivetClient client) throws java.io.IOException, CommandFailure {
        if (rate == null) {
            return super.run(client);
        }
        long wanted = rate(rate);
        client.layout().setRebalancing(null, wanted, null);
        say(
                wanted == 0
                        ? Text.of("moves keep to each node's own limit")
                        : Text.of("moves are limited to {0} a node", Format.rate((double) wanted)));
        if (yes) {
            console.flush();
            return super.run(client);
        }
        if (json) {
            console.say(new Json().put("bytesPerSecond", wanted));
        }
        return ExitCode.DONE;
    }

    @Override
    protected LayoutRequest wish(TrivetClient client) {
        return new LayoutRequest.Balance();
    }

    @Override
    protected boolean notesSomething(LayoutProposal layoutProposal) {
        return false;
    }

    @Override
    protected int applied(TrivetClient client, LayoutProposal layoutProposal) throws CommandFailure {
        return published(this, client, layoutProposal, watch);
    }

    /** The end of a command that published a layout; waits until it is settled if requested. */
    static int published(PlannedCommand command, TrivetClient client, LayoutProposal layoutProposal, boolean watch)
            throws CommandFailure {
        long version = layoutProposal.layoutChange().layoutPlan().layout().version();
        if (watch) {
            follow(command.console, client, version);
        }
        command.say(
                watch
                        ? Text.of(
                                "all data is in place for layout {0}, checked; nothing is owed", Format.layout(version))
                        : Text.of(
                                "layout {0} is in effect: `trivet nodes list` shows the progress, `trivet rebalance back` undoes it",
                                Format.layout(version)));
        return ExitCode.DONE;
    }

    /** Watches until every replica is at home; fails if another layout replaced it. */
    static void follow(Console console, TrivetClient client, long version) throws CommandFailure {
        if (!new LayoutWatch(console, client).await(version, null)) {
            throw new CommandFailure(Text.of("the layout was changed again: `trivet nodes list` shows the progress"));
        }
    }

    /** Bytes per second, from a number with or without K, M, G (powers of 1024). */
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
