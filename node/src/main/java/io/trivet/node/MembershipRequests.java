package io.trivet.node;

import io.trivet.node.access.JoinService;
import io.trivet.node.access.ReachabilityProbe;
import io.trivet.node.access.RequestSecurity;
import io.trivet.node.data.TransferPool;
import io.trivet.node.keys.KeyRotation;
import io.trivet.node.raft.OwnSeat;
import io.trivet.wire.Connection;
import io.trivet.wire.protocol.Reply;
import io.trivet.wire.protocol.Request;
import java.io.IOException;

/** Answers requests about membership and seats: joining, certificates, keys, seats. Any thread. */
final class MembershipRequests {
    private final JoinService joinService;
    private final ReachabilityProbe reachabilityProbe;
    private final KeyRotation keyRotation;
    private final OwnSeat seat;
    private final RequestSecurity requestSecurity;
    private final TransferPool threads;

    MembershipRequests(
            JoinService joinService,
            ReachabilityProbe reachabilityProbe,
            KeyRotation keyRotation,
            OwnSeat seat,
            RequestSecurity requestSecurity,
            TransferPool threads) {
        this.joinService = joinService;
        this.reachabilityProbe = reachabilityProbe;
        this.keyRotation = keyRotation;
        this.seat = seat;
        this.requestSecurity = requestSecurity;
        this.threads = threads;
    }

    Reply enter(Connection connection, Request.EnterCluster enter) {
        return entered(connection, enter, joinService.enter(enter, connection.channelBinding()));
    }

    Reply renew(Connection connection, Request.RenewCertificate renew) {
        return entered(connection, renew, joinService.renew(renew));
    }

    private Reply entered(Connection connection, Request request, Reply.Entered entered) {
        requestSecurity.entered(connection, request, entered);
        return entered;
    }

    Reply examine(Connection connection, Request.Examine examine) {
        return reachabilityProbe.of(examine, connection.peer());
    }

    Reply rekey(Connection connection, Request.Rekey rekey) throws IOException {
        threads.run(TransferPool.Kind.SEAT, connection, _ -> keyRotation.rekey(rekey));
        requestSecurity.rekeyed(connection, rekey);
        return new Reply.Done();
    }

    Reply keepKeys(Connection connection, Request.KeepKeys keep) throws IOException {
        threads.run(TransferPool.Kind.SEAT, connection, _ -> requestSecurity.keepKeys(connection, keep));
        return new Reply.Done();
    }

    Reply takeSeat(Connection connection, Request.TakeSeat take) throws IOException {
        threads.run(TransferPool.Kind.SEAT, connection, _ -> seat.take(take.epoch()));
        return new Reply.Done();
    }

    Reply leaveSeat(Connection connection, Request.LeaveSeat leave) throws IOException {
        threads.run(TransferPool.Kind.SEAT, connection, _ -> seat.leave(leave.epoch()));
        return new Reply.Done();
    }
}
