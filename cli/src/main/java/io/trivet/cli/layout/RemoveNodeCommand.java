package io.trivet.cli.layout;

import io.trivet.cli.remote.Remotes;
import io.trivet.cli.terminal.Console;
import io.trivet.cli.text.CommandFailure;
import io.trivet.cli.text.ExitCode;
import io.trivet.cli.text.Text;
import io.trivet.client.ClusterNodes;
import io.trivet.client.LayoutProposal;
import io.trivet.client.TrivetClient;
import io.trivet.model.AdminState;
import io.trivet.model.Node;
import io.trivet.model.NodeId;
import io.trivet.model.RemotePath;
import io.trivet.placement.LayoutRequest;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code trivet nodes remove}. */
@Command(
        name = "remove",
        sortOptions = false,
        header = "Removes a node that is lost, or drained and empty, from the cluster.",
        description = {
            "",
            "Refused while the node is up and not empty: drain it. For one that is down every file is looked for on the other nodes first; if some chunk is on "
                    + "none of them, the files are listed and nothing is changed. Its number is never used again.",
            ""
        })
public final class RemoveNodeCommand extends PlannedCommand {
    private static final int TELL_EVERY = 10_000;
    private static final int MAX_LISTED = 1000;

    @Parameters(index = "0", paramLabel = "NAME", description = "n0, n1, ... as in `trivet nodes list`.")
    String name = "";

    @Option(
            names = "--accept-loss",
            description =
                    "Remove it although files are listed that cannot be loaded without it: they are lost with it.")
    boolean acceptLoss;

    @Option(names = "--watch", description = "Return when the other nodes have all that they should, checked.")
    boolean watch;

    public RemoveNodeCommand(Console console, Remotes remotes) {
        super(console, remotes);
    }

    @Override
    protected void check() {
        NodeNames.parse(name);
    }

    @Override
    protected LayoutRequest wish(TrivetClient client) throws CommandFailure {
        NodeId id = NodeNames.parse(name);
        ClusterNodes nodes = client.layout().nodes();
        Node node = nodes.view()
                .node(id)
                .orElseThrow(() -> new CommandFailure(Text.of("{0}: this cluster has no such node", id)));
        if (nodes.isReachable(id)) {
            if (node.standing() != AdminState.DRAINED || !nodes.isHandedOver(id)) {
                throw new CommandFailure(Text.of("{0} is up and not empty: `trivet nodes drain {0}` first", id));
            }
        } else {
            refuseIfOnlyThere(client, id);
        }
        return new LayoutRequest.Remove(id);
    }

    private void refuseIfOnlyThere(TrivetClient client, NodeId id) throws CommandFailure {
        List<RemotePath> only = client.layout().onlyOn(Set.of(id), files -> {
            if (files % TELL_EVERY == 0) {
                console.warn(Text.of("looked for {0} files on the other nodes", files));
            }
        });
        if (only.isEmpty()) {
            return;
        }
        only.stream().limit(MAX_LISTED).forEach(path -> console.warn(Text.joined(path)));
        if (!acceptLoss) {
            throw new CommandFailure(Text.of(
                    "{0} may hold the last replica of chunks of {1} (listed above): start it, or others that are down; --accept-loss gives these files up",
                    id, Text.count(only.size(), "file")));
        }
    }

    @Override
    protected int applied(TrivetClient client, LayoutProposal layoutProposal) throws CommandFailure {
        if (watch) {
            RebalanceCommand.follow(
                    console,
                    client,
                    layoutProposal.layoutChange().layoutPlan().layout().version());
        }
        say(Text.of(
                "{0} is removed: its number is not used again; the other nodes ignore it if it is started again",
                name));
        return ExitCode.DONE;
    }
}
