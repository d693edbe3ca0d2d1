package io.trivet.cli.status;

import io.trivet.cli.text.Json;
import io.trivet.cli.text.Text;
import io.trivet.client.ClusterStatus;
import io.trivet.client.ClusterStatus.NodeStatus;
import io.trivet.model.Debt;
import io.trivet.model.Node;
import io.trivet.model.StorageReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The health of a cluster, for monitoring.
 *
 * @param reasons why it is not {@link Level#OK}; for {@code OK} what that rests on
 */
record ClusterHealth(Level level, List<Text> reasons) {
    enum Level {
        /** Every node is up, and every chunk has all its replicas, checked. */
        OK("ok", 0),
        /** Files can be saved and loaded, but something is missing: a node, a replica, a check. */
        DEGRADED("degraded", 1),
        /** Nothing can be saved, or some file cannot be loaded. */
        FAILING("failing", 2);

        private final String word;
        private final int exitCode;

        Level(String word, int exitCode) {
            this.word = word;
            this.exitCode = exitCode;
        }

        /** For programs. */
        String word() {
            return word;
        }

        /** The exit code for cron, Nagios and containers. */
        int exitCode() {
            return exitCode;
        }
    }

    ClusterHealth {
        reasons = List.copyOf(reasons);
    }

    /** {@code debt}: empty if no leader reported it; a cluster that is not known to be well is not OK. */
    static ClusterHealth of(ClusterStatus status, Optional<Debt> debt) {
        List<Text> failures = failures(status, debt);
        if (!failures.isEmpty()) {
            return new ClusterHealth(Level.FAILING, failures);
        }
        List<Text> flaws = flaws(status, debt);
        return flaws.isEmpty()
                ? new ClusterHealth(Level.OK, List.of(allWell(status, debt.orElseThrow())))
                : new ClusterHealth(Level.DEGRADED, flaws);
    }

    /**
     * One sentence for a page.
     *
     * @param checkedAgo how long ago the oldest comparison began that {@link Level#OK} rests on
     */
    Text headline(ClusterStatus status, Duration checkedAgo) {
        return switch (level) {
            case OK ->
                Text.of(
                        "Everything is stored on {0}, checked {1} ago",
                        Text.count(replicas(status), "node"), DebtReport.seconds(Math.max(0, checkedAgo.toSeconds())));
            case DEGRADED ->
                Text.of("Files can be saved and loaded, but something is missing: {0}", reasons.getFirst());
            case FAILING -> reasons.getFirst();
        };
    }

    /** {@code degraded: n2 has been down for 4 min; at least 3 replicas owed (...)}. */
    Text sentence() {
        Text why = Text.clauses(reasons);
        return switch (level) {
            case OK -> Text.of("ok: {0}", why);
            case DEGRADED -> Text.of("degraded: {0}", why);
            case FAILING -> Text.of("failing: {0}", why);
        };
    }

    /** Adds {@code health} and {@code reasons}. */
    Json put(Json json) {
        return json.put("health", level.word())
                .put("reasons", reasons.stream().map(Text::toString).toList());
    }

    private static List<Text> failures(ClusterStatus status, Optional<Debt> debt) {
        List<Text> failures = new ArrayList<>();
        if (status.leader().isEmpty()) {
            failures.add(Text.of("there is no leader: nothing can be saved until a majority of the masters is up"));
            return failures;
        }
        long taking = status.nodes().stream()
                .filter(node -> node.isUp() && node.acceptsChunks())
                .count();
        long unheard = status.nodes().stream()
                .filter(node -> node.reachable() && !node.heard())
                .count();
        if (taking + unheard < replicas(status)) {
            failures.add(Text.of(
                    "only {0} of {1} accept data and {2} are needed: nothing can be saved",
                    taking, Text.count(status.nodes().size(), "node"), replicas(status)));
        }
        debt.filter(owed -> owed.missing() > 0)
                .ifPresent(owed -> failures.add(Text.of(
                        "{0} on no node, so that some files cannot be loaded: `trivet debt` names them",
                        Text.count(owed.missing(), "chunk"))));
        return failures;
    }

    private static List<Text> flaws(ClusterStatus status, Optional<Debt> debt) {
        List<Text> flaws = new ArrayList<>();
        status.view().nodes().stream()
                .filter(node -> isNeeded(status, node))
                .forEach(node -> flaw(status, node).ifPresent(flaws::add));
        MasterVotes votes = new MasterVotes(status);
        flaws.addAll(votes.remarks());
        votes.missing().ifPresent(flaws::add);
        debt.map(DebtReport::new)
                .ifPresentOrElse(
                        owed -> {
                            if (!owed.isClear()) {
                                flaws.addAll(owed.lines());
                            }
                        },
                        () -> flaws.add(Text.of("the leader did not answer how many replicas are owed")));
        return flaws;
    }

    /** Not a node that was drained and has no seat: it may be switched off. */
    private static boolean isNeeded(ClusterStatus status, Node node) {
        return node.master()
                || node.standing().mayHaveSlots()
                || status.view().layouts().stream()
                        .anyMatch(layout -> layout.nodes().contains(node.id()));
    }

    private static Optional<Text> flaw(ClusterStatus status, Node node) {
        NodeStatusText text = NodeStatusText.in(status, node);
        Optional<Text> away = AbsenceText.of(status, node).map(AbsenceText::sentence);
        if (away.isPresent()) {
            return away;
        }
        if (text.isUnheard()) {
            return Optional.of(Text.of("{0} has not reported to the leader yet", node.name()));
        }
        return text.up().flatMap(now -> flaw(node, now));
    }

    private static Optional<Text> flaw(Node node, NodeStatus now) {
        if (!now.storage().trouble().isEmpty()) {
            return Optional.of(
                    Text.of("{0}: {1}", node.name(), Text.told(now.storage().trouble())));
        }
        if (now.storage().state() == StorageReport.State.READ_ONLY) {
            return Optional.of(Text.of("the disks of {0} can only be read", node.name()));
        }
        boolean full = now.storage().state() == StorageReport.State.FULL
                || (node.standing().mayHaveSlots() && !now.acceptsChunks());
        if (full) {
            return Optional.of(Text.of("{0} is full", node.name()));
        }
        return now.clockAhead().isZero() ? Optional.empty() : Optional.of(StatusTable.clock(now));
    }

    private static Text allWell(ClusterStatus status, Debt debt) {
        return Text.list(Stream.of(
                        Text.of("{0} up", Text.count(status.nodes().size(), "node")),
                        Text.of(
                                "every chunk is on {0}, checked as of {1}",
                                Text.count(replicas(status), "node"), new DebtReport(debt).checkedAsOf()))
                .toList());
    }

    private static int replicas(ClusterStatus status) {
        return new StatusTable(status).replicas();
    }
}
