package io.trivet.node;

import io.trivet.model.Answer;
import io.trivet.model.FileId;
import io.trivet.model.NodeId;
import io.trivet.model.Question;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.TrivetException;
import io.trivet.namespace.Namespace;
import io.trivet.namespace.Recorded;
import io.trivet.repair.DebtLedger;
import io.trivet.repair.Register;
import io.trivet.repair.Witness;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The namespace and the nodes as this master has them, while it leads. Any thread. */
final class LeaderRegister implements Register {
    private static final int PAGE = 1000;
    private static final FileId FIRST = new FileId(1, 1);

    private final Seat seat;
    private final Presence presence;
    private final DebtLedger ledger;

    LeaderRegister(Seat seat, Presence presence, DebtLedger ledger) {
        this.seat = seat;
        this.presence = presence;
        this.ledger = ledger;
    }

    @Override
    public Optional<Situation> situation() {
        if (!seat.leads() || !(seat.ask(new Question.View()) instanceof Answer.View(var view))) {
            return Optional.empty();
        }
        List<Witness> nodes = presence.witnesses(view);
        Set<NodeId> present =
                nodes.stream().filter(Witness::present).map(Witness::node).collect(Collectors.toSet());
        return Optional.of(new Situation(ledger.event(view, nodes), view, present));
    }

    @Override
    public Page files(@Nullable FileId from) {
        Recorded page = namespace().recorded(from == null ? FIRST : from, PAGE);
        return new Page(page.files(), page.next());
    }

    @Override
    public Optional<RemotePath> nameOf(FileId file) {
        return namespace().nameOf(file);
    }

    private Namespace namespace() {
        return seat.namespace()
                .current()
                .orElseThrow(() -> TrivetException.of(Refusal.Kind.NO_QUORUM, "", "this node has no namespace"));
    }
}
