package io.trivet.cli.status;

import io.trivet.cli.text.Format;
import io.trivet.cli.text.Json;
import io.trivet.cli.text.Language;
import io.trivet.cli.text.Text;
import io.trivet.client.ClusterNodes;
import io.trivet.client.ClusterStatus.NodeStatus;
import io.trivet.model.Node;
import io.trivet.placement.LossForecast;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What the loss of one node would mean now, from the layout and the debt. Unlike {@link WhatIf} it
 * looks at no file, so it costs nothing.
 */
record LossOfNode(ClusterNodes nodes, Node node) {
    /** Slots with this node as their only home. */
    private int slotsOnlyHere() {
        return nodes.view().layouts().isEmpty()
                ? 0
                : new LossForecast(nodes.view().layout(), Set.of(node.id())).slots();
    }

    /** Whether the masters that vote now are a majority without it. */
    private boolean quorumSurvives() {
        long left = new MasterVotes(nodes.status())
                .voting().stream()
                        .filter(master -> !master.id().equals(node.id()))
                        .count();
        return left * 2 > nodes.view().masters().size();
    }

    private boolean isAllElsewhere() {
        return slotsOnlyHere() == 0 && new DebtReport(nodes.debt()).isClear();
    }

    /** In the order of their weight. */
    List<Text> lines() {
        List<Text> lines = new ArrayList<>();
        if (node.master() && !quorumSurvives()) {
            lines.add(Text.of("no quorum: nothing could be saved or listed"));
        }
        if (slotsOnlyHere() > 0) {
            lines.add(Text.of("{0} on this node only: lost", Text.count(slotsOnlyHere(), "slot")));
        } else if (!isAllElsewhere()) {
            lines.add(Text.of("chunks whose other replicas are owed could be lost"));
        }
        NodeStatusText.in(nodes.status(), node)
                .up()
                .map(NodeStatus::usedBytes)
                .filter(bytes -> bytes > 0)
                .ifPresent(bytes -> lines.add(
                        isAllElsewhere()
                                ? Text.of("nothing lost; {0} owed until copied again", Format.bytes(bytes))
                                : Text.of("{0} owed", Format.bytes(bytes))));
        if (lines.isEmpty()) {
            lines.add(Text.of("nothing"));
        }
        return lines;
    }

    Json json(Language language) {
        return new Json()
                .put("slotsOnlyHere", slotsOnlyHere())
                .put("quorumSurvives", !node.master() || quorumSurvives())
                .put("lines", lines().stream().map(line -> line.in(language)).toList());
    }
}
