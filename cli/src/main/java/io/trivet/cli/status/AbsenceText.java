package io.trivet.cli.status;

import io.trivet.cli.text.Format;
import io.trivet.cli.text.Json;
import io.trivet.cli.text.Text;
import io.trivet.client.ClusterStatus;
import io.trivet.client.ClusterStatus.NodeStatus;
import io.trivet.model.Absence;
import io.trivet.model.Node;
import io.trivet.model.StorageReport;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * Describes a node that is down or has no disk for its chunks: since when, and when other nodes take
 * them over.
 */
record AbsenceText(Node node, NodeStatus now) {
    /** Empty for a node that is present, and while no leader answers. */
    static Optional<AbsenceText> of(ClusterStatus status, Node node) {
        return NodeStatusText.in(status, node)
                .known()
                .filter(now -> !now.reachable()
                        || now.storage().state() == StorageReport.State.FAILED
                        || !now.absence().away().isZero())
                .map(now -> new AbsenceText(node, now));
    }

    /** {@code n2 is down for 4 min 10 s; other nodes take over its chunks in 5 min 50 s}. */
    Text sentence() {
        Absence absence = now.absence();
        return switch (absence.outlook()) {
            case NONE -> since();
            case DUE ->
                absence.dueIn().isZero()
                        ? Text.of("{0}; other nodes take over its chunks now", since())
                        : Text.of("{0}; other nodes take over its chunks in {1}", since(), seconds(absence.dueIn()));
            case TOO_FEW_NODES ->
                Text.of(
                        "{0}; no other node is there to take over its chunks: start it again, or add a server with `trivet token`",
                        since());
            case TOO_MANY_AWAY ->
                Text.of("{0}; half of the nodes are away, so nothing is moved: start them again", since());
            case NO_ROOM ->
                Text.of(
                        "{0}; the other nodes have no room for its chunks: free some, or add a server with `trivet token`",
                        since());
            case CHANGE_UNDER_WAY ->
                Text.of("{0}; other nodes take over its chunks when the last change of the layout is done", since());
        };
    }

    /** Whether the sentence says more than a table of states shows. */
    boolean isTimed() {
        return !now.absence().equals(Absence.NONE);
    }

    private Text since() {
        Duration away = now.absence().away();
        if (now.reachable()) {
            return withoutDisk(away);
        }
        if (away.isZero()) {
            return Text.of("{0} is down", node.name());
        }
        return now.heard()
                ? Text.of("{0} has been down for {1}", node.name(), seconds(away))
                : Text.of("{0} has been down for at least {1}", node.name(), seconds(away));
    }

    private Text withoutDisk(Duration away) {
        if (away.isZero()) {
            return Text.of("{0} has no working disk", node.name());
        }
        return switch (now.storage().state()) {
            case FAILED -> Text.of("{0} has had no working disk for {1}", node.name(), seconds(away));
            case READ_ONLY -> Text.of("{0} has had no writable disk for {1}", node.name(), seconds(away));
            case FULL, WRITABLE ->
                Text.of("{0} has lost a disk and has had no room for its chunks for {1}", node.name(), seconds(away));
        };
    }

    private static String seconds(Duration time) {
        Duration whole = time.truncatedTo(ChronoUnit.SECONDS);
        return whole.toSeconds() < 60 ? whole.toSeconds() + " s" : Format.duration(whole);
    }

    /**
     * Adds {@code awaySeconds}, {@code outlook} and {@code takenOverInSeconds}; null if unknown.
     */
    static Json put(Json json, Optional<NodeStatus> known) {
        Optional<Absence> absence = known.map(NodeStatus::absence).filter(away -> !away.equals(Absence.NONE));
        return json.put(
                        "awaySeconds",
                        absence.map(away -> away.away().toSeconds()).orElse(null))
                .put("outlook", absence.map(away -> word(away.outlook())).orElse(null))
                .put(
                        "takenOverInSeconds",
                        absence.filter(away -> away.outlook() == Absence.Outlook.DUE)
                                .map(away -> away.dueIn().toSeconds())
                                .orElse(null));
    }

    private static String word(Absence.Outlook outlook) {
        return switch (outlook) {
            case NONE -> "none";
            case DUE -> "due";
            case TOO_FEW_NODES -> "too-few-nodes";
            case TOO_MANY_AWAY -> "too-many-away";
            case NO_ROOM -> "no-room";
            case CHANGE_UNDER_WAY -> "change-under-way";
        };
    }
}
