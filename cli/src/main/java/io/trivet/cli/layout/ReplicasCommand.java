package io.trivet.cli.layout;

import io.trivet.cli.remote.Remotes;
import io.trivet.cli.status.DebtReport;
import io.trivet.cli.terminal.Console;
import io.trivet.cli.text.CommandFailure;
import io.trivet.cli.text.ExitCode;
import io.trivet.cli.text.Format;
import io.trivet.cli.text.Json;
import io.trivet.cli.text.Text;
import io.trivet.cli.text.WrongUsage;
import io.trivet.client.ClusterNodes;
import io.trivet.client.LayoutProposal;
import io.trivet.client.TrivetClient;
import io.trivet.model.ClusterView;
import io.trivet.model.Layout;
import io.trivet.placement.LayoutRequest;
import java.io.IOException;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code trivet replicas}. */
@Command(
        name = "replicas",
        sortOptions = false,
        header = "Shows how many replicas every chunk has, or sets it: each on another node.",
        description = {
            "",
            "What is saved from now on has that many at once; what is there gets more copies, or loses those that are too many, as the cluster finds time.",
            ""
        })
public final class ReplicasCommand extends PlannedCommand {
    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "R",
            description = "1 to " + Layout.MAX_REPLICAS + "; 2 is usual. Without it nothing is changed.")
    @Nullable
    Integer wanted;

    @Option(names = "--watch", description = "Return when every chunk has them, checked.")
    boolean watch;

    public ReplicasCommand(Console console, Remotes remotes) {
        super(console, remotes);
    }

    @Override
    protected void check() {
        if (wanted != null && (wanted < 1 || wanted > Layout.MAX_REPLICAS)) {
            throw new WrongUsage(Text.of("replicas go from {0} to {1}, not {2}", 1, Layout.MAX_REPLICAS, wanted));
        }
        if (wanted == null && (yes || watch)) {
            throw new WrongUsage(Text.of("specify the number of replicas"));
        }
    }

    @Override
    protected int run(TrivetClient client) throws IOException, CommandFailure {
        return wanted == null ? show(client.layout().nodes()) : super.run(client);
    }

    private int show(ClusterNodes nodes) {
        Optional<Layout> newest = nodes.view().layouts().stream().findFirst();
        if (json) {
            console.say(new Json()
                    .put("replicas", newest.map(Layout::replicas).orElse(0))
                    .put("layoutVersion", newest.map(Layout::version).orElse(0L))
                    .put("owed", nodes.debt().owed())
                    .put("checked", nodes.debt().checked()));
            return ExitCode.DONE;
        }
        console.say(newest.map(layout -> Text.of("{0} of every chunk", Text.count(layout.replicas(), "replica")))
                .orElse(Text.of("no layout yet")));
        new DebtReport(nodes.debt()).lines().forEach(console::say);
        return ExitCode.DONE;
    }

    @Override
    protected LayoutRequest wish(TrivetClient client) {
        return new LayoutRequest.Replicas(Objects.requireNonNull(wanted));
    }

    @Override
    protected boolean notesSomething(LayoutProposal layoutProposal) {
        int number = Objects.requireNonNull(wanted);
        ClusterView view = layoutProposal.status().view();
        return watch || view.layout().replicas() != number || view.replicasWanted() != number;
    }

    @Override
    protected int applied(TrivetClient client, LayoutProposal layoutProposal) throws CommandFailure {
        long version = layoutProposal.layoutChange().layoutPlan().layout().version();
        if (watch) {
            RebalanceCommand.follow(console, client, version);
        }
        Text said = Text.of(
                "{0} of every chunk from layout {1} on",
                Text.count(Objects.requireNonNull(wanted), "replica"), Format.layout(version));
        say(
                watch
                        ? Text.of("{0}: all in place, checked", said)
                        : Text.of("{0}: `trivet debt` says how many are still to be made", said));
        return ExitCode.DONE;
    }
}
