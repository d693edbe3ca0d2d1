package io.trivet.client;

import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import io.trivet.wire.Reply;

/**
 * A chunk token of the leader's, renewed in good time while it is used. Any thread.
 *
 * <p>Half of its life is for renewing: a leader that cannot be reached meanwhile does no harm.
 */
final class HeldToken {
    private final LeaderCalls leader;
    private byte[] signed;
    private long renewNanos;
    private long endNanos;

    HeldToken(LeaderCalls leader, Reply.WithToken granted) {
        this.leader = leader;
        this.signed = granted.token();
        count(granted.validMs());
    }

    private void count(long validMs) {
        long now = System.nanoTime();
        renewNanos = now + validMs * 500_000;
        endNanos = now + validMs * 1_000_000;
    }

    /** What to send along now. Throws the refusal of a renewal: the right, or the session, is gone. */
    synchronized byte[] now() {
        long now = System.nanoTime();
        if (now - renewNanos >= 0) {
            try {
                Reply.WithToken renewed = leader.renew(signed);
                signed = renewed.token();
                count(renewed.validMs());
            } catch (TrivetException e) {
                if (now - endNanos >= 0 || e.kind() == Refusal.Kind.FORBIDDEN) {
                    throw e;
                }
            }
        }
        return signed;
    }
}
