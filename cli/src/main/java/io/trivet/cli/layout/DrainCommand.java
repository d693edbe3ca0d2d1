package io.trivet.cli.layout;

import io.trivet.cli.remote.Remotes;
import io.trivet.cli.terminal.Console;
import io.trivet.cli.text.CommandFailure;
import io.trivet.cli.text.ExitCode;
import io.trivet.cli.text.Format;
import io.trivet.cli.text.Text;
import io.trivet.client.ClusterNodes;
import io.trivet.client.LayoutProposal;
import io.trivet.client.TrivetClient;
import io.trivet.model.Node;
import io.trivet.model.NodeId;
import io.trivet.placement.LayoutRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code trivet nodes drain}. */
@Command(
        name = "drain",
        sortOptions = false,
        header = "Empties a node, and says when it may be switched off.",
        description = {
            "",
            "The node keeps what it holds until the others have it, takes nothing new, and gets no slots before --undo. The command may be ended at any time: "
                    + "the cluster goes on, and `trivet nodes list` says how far it is.",
            ""
        })
public final class DrainCommand extends PlannedCommand {
    @Parameters(index = "0", paramLabel = "NAME", description = "n0, n1, ... as in `trivet nodes list`.")
    String name = "";

    @Option(names = "--undo", description = "The node, drained or on the way to it, has slots again.")
    boolean undo;

    @Option(names = "--no-wait", description = "Return when the plan is applied, not when the node is empty.")
    boolean noWait;

    public DrainCommand(Console console, Remotes remotes) {
        super(console, remotes);
    }

    @Override
    protected void check() {
        NodeNames.parse(name);
    }

    @Override
    protected LayoutRequest wish(TrivetClient client) {
        NodeId node = NodeNames.parse(name);
        return undo ? new LayoutRequest.TakeBack(node) : new LayoutRequest.Drain(node);
    }

    @Override
    protected int applied(TrivetClient client, LayoutProposal layoutProposal) throws CommandFailure {
        NodeId node = NodeNames.parse(name);
        long version = layoutProposal.layoutChange().layoutPlan().layout().version();
        if (undo || noWait) {
            say(
                    undo
                            ? Text.of("{0} has slots again from layout {1} on", node, Format.layout(version))
                            : Text.of(
                                    "{0} is being drained: keep it running until `trivet nodes list` shows that it is empty",
                                    node));
            return ExitCode.DONE;
        }
        if (!new LayoutWatch(console, client).await(version, node)) {
            throw new CommandFailure(
                    Text.of("the layout was changed again: `trivet nodes list` shows the progress of {0}", node));
        }
        say(verdict(client.layout().nodes(), node));
        return ExitCode.DONE;
    }

    private static Text verdict(ClusterNodes nodes, NodeId id) {
        boolean master = nodes.view().node(id).filter(Node::master).isPresent();
        return Text.of(
                "{0} is empty: all its data is on other nodes and was checked; {1}",
                id, master ? seat(nodes) : Text.of("it may be switched off"));
    }

    private static Text seat(ClusterNodes nodes) {
        return nodes.maySeatMove()
                ? Text.of(
                        "it is still a master: keep it running until another node has its seat (`trivet nodes list` shows when)")
                : Text.of(
                        "it is still a master, and no other node is there to take over its seat: add a server (`trivet token`) before you switch it off");
    }
}
