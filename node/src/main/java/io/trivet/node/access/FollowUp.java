package io.trivet.node.access;

import io.trivet.model.Command;
import io.trivet.model.Operation;
import io.trivet.model.Outcome;
import io.trivet.model.SessionId;
import io.trivet.model.TrivetException;
import io.trivet.model.UserLimits;
import io.trivet.namespace.Namespace;
import io.trivet.node.raft.RaftMember;
import io.trivet.wire.protocol.Request;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Does parts of the leader's periodic work at once when a caller needs the result, for at most
 * {@link #LIMIT}. Any thread.
 */
final class FollowUp {
    /** The caller's answer comes in {@link Request#ANSWER_LIMIT} even if it waits for others too. */
    static final Duration LIMIT = Duration.ofSeconds(2);

    /** One step of a removal for which callers wait. */
    private static final Command.Dissolve STEP = new Command.Dissolve(1000);

    /** The same where each file may have 64 contents: 512 KiB of rows at most. */
    private static final Command.Dissolve STEP_OF_CHANGED = new Command.Dissolve(128);

    private static final Command.CountUse COUNT = new Command.CountUse(1000);

    private final RaftMember raftMember;

    /** However many callers wait, one makes the steps, each after the one before it was applied. */
    private final Semaphore dissolving = new Semaphore(1);

    FollowUp(RaftMember raftMember) {
        this.raftMember = raftMember;
    }

    /** Does what must follow a command that was applied. */
    void of(Command command) {
        switch (command) {
            case Command.RemoveUser _ -> endSessions();
            case Command.SetQuota _, Command.SetLimits _ -> countUse();
            default -> {}
        }
    }

    private void countUse() {
        long end = System.nanoTime() + LIMIT.toNanos();
        Namespace namespace = raftMember.leadingNamespace();
        while (namespace.isCounting() && System.nanoTime() - end < 0) {
            if (raftMember.submit(Operation.unnumbered(COUNT)) instanceof Outcome.Refused) {
                return;
            }
        }
    }

    /**
     * Ends the sessions of removed users; otherwise their reservations would be kept for half an
     * hour.
     */
    private void endSessions() {
        long end = System.nanoTime() + LIMIT.toNanos();
        for (SessionId session : raftMember.leadingNamespace().sessionsOfRemovedUsers(UserLimits.MAX_SESSIONS)) {
            if (System.nanoTime() - end > 0) {
                return;
            }
            raftMember.submit(Operation.unnumbered(new Command.EndSession(session)));
        }
    }

    /**
     * Moves what was removed recursively into the trash now, so that a listing of the trash is
     * complete after a removal was acknowledged. If time is up, the rest stays and the listing
     * reports it as under way.
     */
    void finishRemovals(Namespace namespace) {
        long end = System.nanoTime() + LIMIT.toNanos();
        if (!tryAcquire(end)) {
            return; // the listing says that the removal is under way
        }
        try {
            while (namespace.hasDetached() && System.nanoTime() - end < 0) {
                Command.Dissolve step = namespace.hasChangedFiles() ? STEP_OF_CHANGED : STEP;
                if (raftMember.submit(Operation.unnumbered(step)) instanceof Outcome.Refused(var refusal)) {
                    throw new TrivetException(refusal);
                }
            }
        } finally {
            dissolving.release();
        }
    }

    private boolean tryAcquire(long endNanos) {
        try {
            return dissolving.tryAcquire(endNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
