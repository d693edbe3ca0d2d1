package io.trivet.cli.status;

import io.trivet.cli.text.ErrorMessage;
import io.trivet.cli.text.Json;
import io.trivet.cli.text.Language;
import io.trivet.cli.text.Text;
import io.trivet.client.ClusterNodes;
import io.trivet.client.ClusterStatus;
import io.trivet.client.ClusterStatus.NodeStatus;
import io.trivet.client.TrivetClient;
import io.trivet.model.AdminState;
import io.trivet.model.Debt;
import io.trivet.model.Node;
import io.trivet.model.ScrubReport;
import io.trivet.model.TrivetException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A cluster at one moment, for a page: judged by the same values that are shown. Its JSON has the
 * values of {@code status}, {@code nodes list} and {@code debt}, and sentences for people.
 *
 * @param status empty if no node answered
 * @param nodes empty if no leader answered
 */
public record ClusterReport(ClusterHealth health, Optional<ClusterStatus> status, Optional<ClusterNodes> nodes) {
    /** Asks the cluster; what is refused becomes a report that says so. */
    public static ClusterReport of(TrivetClient client) {
        try {
            ClusterNodes nodes = client.layout().nodes();
            return new ClusterReport(
                    ClusterHealth.of(nodes.status(), Optional.of(nodes.debt())),
                    Optional.of(nodes.status()),
                    Optional.of(nodes));
        } catch (TrivetException _) {
            return withoutLeader(client);
        }
    }

    private static ClusterReport withoutLeader(TrivetClient client) {
        try {
            ClusterStatus status = client.cluster().status();
            return new ClusterReport(
                    ClusterHealth.of(status, HealthCommand.debt(client)), Optional.of(status), Optional.empty());
        } catch (TrivetException e) {
            return failing(ErrorMessage.about(e));
        }
    }

    /** Of a cluster of which nothing is known but this. */
    public static ClusterReport failing(Text reason) {
        return new ClusterReport(
                new ClusterHealth(ClusterHealth.Level.FAILING, List.of(reason)), Optional.empty(), Optional.empty());
    }

    /** Whether a leader answered, so that all of it is known. */
    public boolean isComplete() {
        return nodes.isPresent();
    }

    /** Bytes that up nodes hold, and that are free on them. */
    public long usedBytes() {
        return sum(true);
    }

    /** Like {@link #usedBytes}. */
    public long freeBytes() {
        return sum(false);
    }

    private long sum(boolean used) {
        return up().stream()
                .mapToLong(node -> used ? node.usedBytes() : node.freeBytes())
                .sum();
    }

    /** The nodes that the leader hears. */
    public List<NodeStatus> up() {
        return status.map(ClusterStatus::nodes).orElse(List.of()).stream()
                .filter(NodeStatus::isUp)
                .toList();
    }

    /**
     * At most so many bytes of new files fit: each chunk takes as many bytes on R different nodes.
     * The layout may allow less.
     */
    public long roomBytes() {
        int replicas = status.map(each -> new StatusTable(each).replicas()).orElse(1);
        long low = 0;
        long high = freeBytes() / Math.max(1, replicas);
        while (low < high) {
            long middle = low + (high - low + 1) / 2;
            long placed = up().stream()
                    .mapToLong(node -> Math.min(node.freeBytes(), middle))
                    .sum();
            if (placed / replicas >= middle) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    /** {@code now}: to say how long ago something was. */
    public Json json(Language language, Instant now) {
        Json json = new Json()
                .put("health", health.level().word())
                .put("headline", headline(now).in(language))
                .put("reasons", said(health.reasons(), language))
                .put("remarks", said(remarks(), language))
                .put("usedBytes", up().isEmpty() ? null : usedBytes())
                .put("freeBytes", up().isEmpty() ? null : freeBytes())
                .put("roomBytes", up().isEmpty() ? null : roomBytes());
        json.put("status", status.map(each -> new StatusTable(each).json()).orElse(null));
        json.put("debt", debt().map(owed -> new DebtReport(owed).json()).orElse(null));
        json.put(
                "debtLines",
                said(debt().map(owed -> new DebtReport(owed).lines()).orElse(List.of()), language));
        json.put("owing", said(owing(), language));
        json.put("moves", said(nodes.map(each -> new NodesTable(each).remarks()).orElse(List.of()), language));
        json.put(
                "nodes",
                status.map(ClusterStatus::view).stream()
                        .flatMap(view -> view.nodes().stream())
                        .map(node -> json(node, language))
                        .toList());
        return json;
    }

    private Optional<Debt> debt() {
        return nodes.map(ClusterNodes::debt);
    }

    private Text headline(Instant now) {
        Instant asOf = debt().map(Debt::asOf).orElse(now);
        return status.map(each -> health.headline(each, Duration.between(asOf, now)))
                .orElse(health.reasons().getFirst());
    }

    /** What {@code status} remarks and the judgement does not say already. */
    private List<Text> remarks() {
        List<String> said = health.reasons().stream().map(Text::toString).toList();
        return status.map(each -> new StatusTable(each).remarks()).orElse(List.of()).stream()
                .filter(remark -> !said.contains(remark.toString()))
                .toList();
    }

    private List<Text> owing() {
        return nodes.map(OwedByNode::new)
                .map(owed -> owed.owing().stream().map(owed::line).toList())
                .orElse(List.of());
    }

    private Json json(Node node, Language language) {
        ClusterStatus known = status.orElseThrow();
        NodeStatusText state = NodeStatusText.in(known, node);
        Optional<NodeStatus> up = state.up();
        Json json = new Json()
                .put("name", node.name())
                .put("address", node.address().toString())
                .put("zone", node.zone())
                .put("state", state.stateWord())
                .put("stateText", state.state().in(language))
                .put("role", new StatusTable(known).role(node).in(language))
                .put("master", node.master())
                .put("usedBytes", up.map(NodeStatus::usedBytes).orElse(null))
                .put("freeBytes", up.map(NodeStatus::freeBytes).orElse(null))
                .put("disks", up.map(now -> trouble(now, language)).orElse(null))
                .put(
                        "absence",
                        AbsenceText.of(known, node)
                                .map(away -> away.sentence().in(language))
                                .orElse(null))
                .put("scrub", up.flatMap(now -> scrub(now, language)).orElse(null));
        nodes.ifPresent(all -> json.put("part", new NodesTable(all).part(node).in(language))
                .put("slots", all.slots(node.id()))
                .put("weight", all.weightPercent(node.id()) / 100.0)
                .put("owed", up.isPresent() ? all.report(node.id()).owed() : null)
                .put("maySwitchOff", all.maySwitchOff(node))
                .put("drained", node.standing() == AdminState.DRAINED)
                .put("ifLost", up.isPresent() ? new LossOfNode(all, node).json(language) : null));
        return json;
    }

    private static @Nullable String trouble(NodeStatus now, Language language) {
        String trouble = now.storage().trouble();
        return trouble.isEmpty() ? null : Text.told(trouble).in(language);
    }

    private static Optional<String> scrub(NodeStatus now, Language language) {
        return now.scrub().equals(ScrubReport.NONE)
                ? Optional.empty()
                : Optional.of(StatusTable.scrub(now.node(), now.scrub()).in(language));
    }

    private static List<String> said(Collection<Text> texts, Language language) {
        return texts.stream().map(text -> text.in(language)).toList();
    }

    /** The slots of the newest layout and of the one that data is still moving from. */
    public Json layout() {
        return nodes.filter(each -> !each.view().layouts().isEmpty())
                .map(each -> new NodesTable(each)
                        .slots(new Json()
                                .put("version", each.view().layout().version())
                                .put("replicas", each.view().layout().replicas())))
                .orElse(new Json().put("version", 0));
    }
}
