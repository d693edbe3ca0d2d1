package io.trivet.node.leader;

import io.trivet.model.Node;
import io.trivet.node.keys.Keyring;
import io.trivet.wire.Connector;
import io.trivet.wire.protocol.Request;
import io.trivet.wire.protocol.RequestEnvelope;
import java.time.Duration;

/** Tells other nodes to take a seat in the quorum, or to leave it. Any thread. */
public final class SeatOffers implements VoterReconciler.Calls {
    private static final Duration CALL_LIMIT = Duration.ofSeconds(10);

    private final Connector connector;
    private final Keyring keyring;

    public SeatOffers(Connector connector, Keyring keyring) {
        this.connector = connector;
        this.keyring = keyring;
    }

    /** Sends the keys first: a voter may become the leader, which needs them to admit nodes. */
    @Override
    public void offer(Node node, int epoch) {
        tell(node, new Request.KeepKeys(keyring.forNewMaster()));
        tell(node, new Request.TakeSeat(epoch));
    }

    @Override
    public void dismiss(Node node, int epoch) {
        tell(node, new Request.LeaveSeat(epoch));
    }

    private void tell(Node node, Request request) {
        connector.call(node.address(), new RequestEnvelope(node.id(), request), CALL_LIMIT);
    }
}
