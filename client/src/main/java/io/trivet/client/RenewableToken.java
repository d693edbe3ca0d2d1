package io.trivet.client;

import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import io.trivet.wire.protocol.Reply;

/**
 * A chunk token that renews itself while it is used. Any thread.
 *
 * <p>Renewal begins at half of its lifetime, so that a leader that is unreachable for a while does
 * no harm. A node may find it expired before this side does, for example after this machine was
 * suspended; then it is renewed too.
 */
final class RenewableToken {
    private final LeaderCalls leader;
    private byte[] signed;
    private long renewNanos;
    private long endNanos;

    RenewableToken(LeaderCalls leader, Reply.WithToken granted) {
        this.leader = leader;
        this.signed = granted.token();
        count(granted.validMs());
    }

    private void count(long validMs) {
        long now = System.nanoTime();
        renewNanos = now + validMs * 500_000;
        endNanos = now + validMs * 1_000_000;
    }

    /** A node refused it; renew it before the next use. */
    synchronized void refused() {
        renewNanos = System.nanoTime();
    }

    /**
     * The signed token to send. Throws the refusal of a renewal if the right is gone or the token
     * has expired.
     */
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
