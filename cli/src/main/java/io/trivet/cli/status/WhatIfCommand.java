package io.trivet.cli.status;

import io.trivet.cli.remote.ClusterCommand;
import io.trivet.cli.remote.Remotes;
import io.trivet.cli.terminal.Console;
import io.trivet.cli.text.ErrorMessage;
import io.trivet.cli.text.ExitCode;
import io.trivet.cli.text.Text;
import io.trivet.cli.text.WrongUsage;
import io.trivet.client.TrivetClient;
import io.trivet.model.ClusterView;
import io.trivet.model.NodeId;
import io.trivet.model.RemotePath;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code trivet what-if}. */
@Command(
        name = "what-if",
        sortOptions = false,
        header = "Lists the files that would be lost if some nodes were lost.",
        description = {
            "",
            "Computed from the records of all files and the newest layout: no node is asked what it holds. A chunk counts as lost when all its homes "
                    + "are among the nodes named. Replicas that are not at home, or missing already, are not seen: `trivet debt` and "
                    + "`trivet where` know of those. Nothing is changed.",
            ""
        })
public final class WhatIfCommand extends ClusterCommand {
    @Option(
            names = "--lose",
            split = ",",
            required = true,
            paramLabel = "NODE",
            description = "The nodes, as `trivet status` calls them: n1, or n1,n2.")
    List<String> lose = List.of();

    @Option(
            names = "--json",
            description =
                    "As JSON: {\"lose\",\"layoutVersion\",\"replicas\",\"files\",\"bytes\",\"filesUnreachable\",\"bytesInThoseFiles\","
                            + "\"bytesUnreachable\",\"masters\",\"mastersLeft\",\"quorumSurvives\",\"computedFromLayoutOnly\","
                            + "\"unreachable\":[{\"path\",\"size\",\"chunks\",\"lostChunks\",\"lostBytes\"}]}.")
    boolean json;

    public WhatIfCommand(Console console, Remotes remotes) {
        super(console, remotes);
    }

    @Override
    protected int run(TrivetClient client) {
        ClusterView view = client.cluster().status().view();
        WhatIf question = new WhatIf(view, nodes(view), json ? _ -> {} : console::say);
        question.walk(client, RemotePath.ROOT);
        if (json) {
            console.say(question.json());
        } else {
            question.closing().forEach(console::say);
        }
        return ExitCode.DONE;
    }

    private SortedSet<NodeId> nodes(ClusterView view) {
        SortedSet<NodeId> nodes = new TreeSet<>();
        for (String word : lose) {
            NodeId node = node(word.strip());
            if (view.node(node).isEmpty()) {
                throw new WrongUsage(Text.of("--lose: this cluster has no node {0}", node));
            }
            nodes.add(node);
        }
        return nodes;
    }

    private static NodeId node(String word) {
        try {
            return NodeId.parse(word);
        } catch (IllegalArgumentException e) {
            throw new WrongUsage(Text.of("{0}: {1}", "--lose", ErrorMessage.reason(e)));
        }
    }
}
