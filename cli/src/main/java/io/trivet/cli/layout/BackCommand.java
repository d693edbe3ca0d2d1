package io.trivet.cli.layout;

import io.trivet.cli.remote.Remotes;
import io.trivet.cli.terminal.Console;
import io.trivet.cli.text.CommandFailure;
import io.trivet.cli.text.ExitCode;
import io.trivet.cli.text.Format;
import io.trivet.cli.text.Text;
import io.trivet.client.LayoutProposal;
import io.trivet.client.TrivetClient;
import io.trivet.placement.LayoutRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code trivet rebalance back}. */
@Command(
        name = "back",
        sortOptions = false,
        header = "Reverts the last layout change, even while it is in progress.",
        description =
                "Shows what would move and asks, like every change. Weights and zones that were set stay set. Given twice, it undoes itself.")
public final class BackCommand extends PlannedCommand {
    @Option(names = "--watch", description = "Return when all is where it belongs, checked.")
    boolean watch;

    public BackCommand(Console console, Remotes remotes) {
        super(console, remotes);
    }

    @Override
    protected LayoutRequest wish(TrivetClient client) {
        return new LayoutRequest.Back();
    }

    @Override
    protected int applied(TrivetClient client, LayoutProposal layoutProposal) throws CommandFailure {
        long version = layoutProposal.layoutChange().layoutPlan().layout().version();
        if (watch) {
            RebalanceCommand.follow(console, client, version);
        }
        say(
                watch
                        ? Text.of(
                                "layout {0} restores the previous assignment; all data is in place and checked",
                                Format.layout(version))
                        : Text.of("layout {0} restores the previous assignment", Format.layout(version)));
        return ExitCode.DONE;
    }
}
