package io.trivet.cli.layout;

import io.trivet.cli.remote.Remotes;
import io.trivet.cli.terminal.Console;
import io.trivet.cli.text.CommandFailure;
import io.trivet.cli.text.ExitCode;
import io.trivet.cli.text.Text;
import io.trivet.cli.text.WrongUsage;
import io.trivet.client.LayoutProposal;
import io.trivet.client.TrivetClient;
import io.trivet.model.AdminState;
import io.trivet.model.ClusterView;
import io.trivet.model.NodeId;
import io.trivet.placement.LayoutRequest;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Sets a property of some nodes, from pairs of a node and a value. */
abstract class NodePropertyCommand extends PlannedCommand {
    @Parameters(arity = "2..*", paramLabel = "NAME VALUE", description = "A node and its value; more pairs may follow.")
    List<String> words = new ArrayList<>();

    @Option(names = "--later", description = "Only note it: nothing moves before the next `trivet rebalance`.")
    boolean later;

    @Option(names = "--watch", description = "Return when all is where it belongs, checked.")
    boolean watch;

    NodePropertyCommand(Console console, Remotes remotes) {
        super(console, remotes);
    }

    /** Throws {@link WrongUsage} for an invalid node or value. */
    protected abstract LayoutRequest.Description description(String node, String word);

    @Override
    protected void check() {
        descriptions();
    }

    private List<LayoutRequest.Description> descriptions() {
        if (words.size() % 2 != 0) {
            throw new WrongUsage(Text.of("every node needs a value: NAME VALUE"));
        }
        List<LayoutRequest.Description> descriptions = new ArrayList<>();
        for (int i = 0; i < words.size(); i += 2) {
            descriptions.add(description(words.get(i), words.get(i + 1)));
        }
        return descriptions;
    }

    @Override
    protected LayoutRequest wish(TrivetClient client) {
        return new LayoutRequest.Describe(descriptions(), later);
    }

    @Override
    protected int applied(TrivetClient client, LayoutProposal layoutProposal) throws CommandFailure {
        if (layoutProposal.layoutChange().layoutPlan().moves().isEmpty()) {
            say(saved(waiting(layoutProposal.status().view())));
            return ExitCode.DONE;
        }
        return RebalanceCommand.published(this, client, layoutProposal, watch);
    }

    private Text saved(List<NodeId> waiting) {
        if (!waiting.isEmpty()) {
            return Text.of(
                    "saved; nothing moves: {0} stores no data yet, so it counts from the next `trivet rebalance` on",
                    Text.list(waiting));
        }
        return later
                ? Text.of("saved; nothing moves before the next `trivet rebalance`")
                : Text.of("saved; nothing moves");
    }

    private List<NodeId> waiting(ClusterView view) {
        return descriptions().stream()
                .map(LayoutRequest.Description::node)
                .filter(id -> view.node(id)
                        .filter(node -> node.standing() == AdminState.WAITING)
                        .isPresent())
                .toList();
    }
}
