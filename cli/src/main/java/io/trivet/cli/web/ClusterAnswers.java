package io.trivet.cli.web;

import io.trivet.cli.layout.NodeNames;
import io.trivet.cli.layout.ProposalTable;
import io.trivet.cli.status.ClusterReport;
import io.trivet.cli.text.Format;
import io.trivet.cli.text.Json;
import io.trivet.cli.text.Text;
import io.trivet.client.LayoutProposal;
import io.trivet.client.TrivetClient;
import io.trivet.model.NodeId;
import io.trivet.placement.LayoutRequest;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/** The pages about the cluster: overview, nodes, layout, activity; and draining a node. */
final class ClusterAnswers {
    private final TrivetClient client;
    private final ClusterWatch watch;
    private final ChangeLog changes;

    ClusterAnswers(TrivetClient client, ClusterWatch watch, ChangeLog changes) {
        this.client = client;
        this.watch = watch;
        this.changes = changes;
    }

    Json overview(WebRequest request) {
        ClusterReport report = watch.now();
        Instant now = Instant.now();
        return report.json(request.language(), now)
                .put("time", now.truncatedTo(ChronoUnit.SECONDS).toString())
                .put(
                        "forecast",
                        watch.forecast(report.freeBytes())
                                .map(forecast -> Text.of(
                                                "full in about {0}, at the rate of the last {1} ({2} a day)",
                                                days(forecast.full().toHours()),
                                                Format.duration(forecast.observed()),
                                                Format.bytes(forecast.bytesPerDay()))
                                        .in(request.language()))
                                .orElse(null));
    }

    private static Object days(long hours) {
        return hours < 48 ? Text.count(Math.max(1, hours), "hour") : Text.count(hours / 24, "day");
    }

    /** Read again only when the overview shows another version. */
    Json layout(WebRequest request) {
        return watch.now().layout();
    }

    Json activity(WebRequest request) {
        return new Json().put("changes", changes.json(request.language()));
    }

    /** What draining a node, or undoing that, would move; nothing is changed. */
    Json plan(WebRequest request) {
        return shown(client.layout().plan(wish(request)), request, false);
    }

    /**
     * Applies what {@link #plan} showed, named by the layout that it was planned for. Throws {@code
     * STALE} if that is no longer the newest.
     */
    Json apply(WebRequest request) {
        LayoutProposal proposal = client.layout().plan(wish(request));
        String planned = Long.toString(proposal.status().view().layout().version());
        if (!planned.equals(request.parameter("layout"))) {
            throw new WebFailure(409, Text.of("the layout has changed since this plan was made: look at the new plan"));
        }
        client.layout().apply(proposal);
        changes.add(
                request.parameter("wish").equals("drain")
                        ? Text.of("{0} is drained", request.parameter("node"))
                        : Text.of("{0} is no longer drained", request.parameter("node")));
        return shown(proposal, request, true);
    }

    private static LayoutRequest wish(WebRequest request) {
        NodeId node = NodeNames.parse(request.parameter("node"));
        return switch (request.parameter("wish")) {
            case "drain" -> new LayoutRequest.Drain(node);
            case "undo" -> new LayoutRequest.TakeBack(node);
            default -> throw new WebFailure(400, Text.of("the request is not well formed"));
        };
    }

    private static Json shown(LayoutProposal proposal, WebRequest request, boolean applied) {
        ProposalTable table = new ProposalTable(proposal);
        List<String> lines = new ArrayList<>();
        table.lines().forEach(line -> lines.add(line.in(request.language())));
        return table.json(applied).put("lines", lines);
    }
}
