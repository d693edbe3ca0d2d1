package io.trivet.cli.doctor;

import io.trivet.cli.status.MasterVotes;
import io.trivet.cli.text.Text;
import io.trivet.client.ClusterStatus;
import io.trivet.model.Address;
import io.trivet.model.TrivetException;
import io.trivet.node.NodeDirectory;
import io.trivet.wire.Connector;
import io.trivet.wire.protocol.Reply;
import io.trivet.wire.protocol.Request;
import io.trivet.wire.protocol.RequestEnvelope;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Checks the masters: whether the node's own seat has its log, and how many masters vote, according
 * to the leader.
 */
public final class SeatCheck {
    private static final Duration LIMIT = Duration.ofSeconds(3);
    private static final int MAX_ASKED = 16;

    private SeatCheck() {}

    static List<CheckResult> of(NodeDirectory nodeDirectory) {
        List<CheckResult> findings = new ArrayList<>();
        nodeDirectory
                .lostSeat()
                .ifPresent(
                        reason -> findings.add(
                                CheckResult.fail(
                                        Text.of("seat"),
                                        Text.of("this master has lost its seat: {0}", Text.told(reason)),
                                        Text.of(
                                                "it still serves its chunks; another node takes over its seat. With only three nodes, add a server"))));
        if (nodeDirectory.view().isPresent()) {
            findings.add(leader(nodeDirectory).map(SeatCheck::masters).orElseGet(SeatCheck::noLeader));
        }
        return findings;
    }

    private static CheckResult noLeader() {
        return CheckResult.warn(
                Text.of("masters"),
                Text.of("no leader answers"),
                Text.of("a majority of the masters must be up: start their nodes"));
    }

    public static CheckResult masters(ClusterStatus status) {
        Text check = Text.of("masters");
        MasterVotes votes = new MasterVotes(status);
        Text found = Text.of(
                "{0} of {1} vote",
                votes.voting().size(), Text.count(status.view().masters().size(), "master"));
        List<Text> remarks = votes.remarks();
        if (remarks.isEmpty()) {
            return CheckResult.ok(check, found);
        }
        return CheckResult.warn(
                check, Text.clauses(remarks), Text.of("start masters that are down; see docs/operate/masters.md"));
    }

    /** The leader's answer, which needs no authentication. */
    private static Optional<ClusterStatus> leader(NodeDirectory nodeDirectory) {
        try (Connector connector =
                new Connector("trivet-doctor", nodeDirectory.cluster(), nodeDirectory.transportSecurity())) {
            return nodeDirectory.view().orElseThrow().nodes().stream()
                    .limit(MAX_ASKED)
                    .flatMap(node -> ask(connector, node.address()).stream())
                    .findFirst();
        }
    }

    private static Optional<ClusterStatus> ask(Connector connector, Address address) {
        try {
            return connector.call(address, RequestEnvelope.toAny(new Request.GetView()), LIMIT)
                                    instanceof Reply.ViewOf known
                            && known.view() != null
                            && !known.states().isEmpty()
                    ? Optional.of(ClusterStatus.of(known.view(), Optional.ofNullable(known.leader()), known.states()))
                    : Optional.empty();
        } catch (TrivetException _) {
            return Optional.empty();
        }
    }
}
