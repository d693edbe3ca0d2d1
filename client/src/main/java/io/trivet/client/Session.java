package io.trivet.client;

import io.trivet.model.Command;
import io.trivet.model.Condition;
import io.trivet.model.Operation;
import io.trivet.model.Outcome;
import io.trivet.model.Refusal;
import io.trivet.model.SessionId;
import io.trivet.model.TrivetException;
import io.trivet.thread.BackgroundThreads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * This client's session: numbers its changes (rule 10) and keeps itself alive at the leader. Opened
 * when first needed. Any thread.
 */
final class Session implements AutoCloseable {
    /** The leader ends a session that was silent for a minute. */
    private static final Duration KEEP_EVERY = Duration.ofSeconds(15);

    /**
     * From the oldest number without an answer to the newest of many that are sent together. The
     * leader refuses 1,024 and more; the rest is for changes that are sent alone.
     */
    private static final int MOST_UNANSWERED = 896;

    private static final Duration END_LIMIT = Duration.ofSeconds(1);

    private final LeaderCalls leader;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final TreeSet<Long> underWay = new TreeSet<>();
    private @Nullable SessionId current;
    private long nextSequence = 1;
    private volatile int ends;
    private final AtomicInteger held = new AtomicInteger();

    Session(LeaderCalls leader) {
        this.leader = leader;
    }

    /**
     * Carries out a change once. If the session had ended before the change was first sent, it is
     * sent in a new session.
     */
    Outcome submit(Command command) {
        return submit(command, List.of());
    }

    /**
     * Like {@link #submit(Command)}, with conditions; {@code CONDITION_FAILED} if they do not hold.
     */
    Outcome submit(Command command, List<Condition> conditions) {
        return submitForToken(command, conditions).value();
    }

    /** Like {@link #submit}; with the token that comes with a reservation. */
    AnswerWithToken<Outcome> submitForToken(Command command) {
        return submitForToken(command, List.of());
    }

    private AnswerWithToken<Outcome> submitForToken(Command command, List<Condition> conditions) {
        try {
            return submitOnce(command, conditions);
        } catch (TrivetException e) {
            if (e.kind() != Refusal.Kind.SESSION_ENDED || belongsToSession(command)) {
                throw e;
            }
            return submitOnce(command, conditions);
        }
    }

    /** Whether the command concerns an open save, which ended with its session. */
    private static boolean belongsToSession(Command command) {
        return command instanceof Command.Commit
                || command instanceof Command.ChangeFile
                || command instanceof Command.Abandon;
    }

    private AnswerWithToken<Outcome> submitOnce(Command command, List<Condition> conditions) {
        SessionId session = open();
        Operation operation = begin(session, command, conditions);
        try {
            return leader.submitForToken(operation);
        } catch (TrivetException e) {
            if (e.kind() == Refusal.Kind.SESSION_ENDED) {
                forget(session);
            }
            throw e;
        } finally {
            finish(operation);
        }
    }

    /** A change, and what must hold when it is applied. */
    record Change(Command command, List<Condition> conditions) {
        Change {
            conditions = List.copyOf(conditions);
        }
    }

    /**
     * Carries out many changes, each once. Returns what became of each, in order: an outcome or its
     * refusal. {@code SESSION_ENDED}: it was not applied, and may be sent in a new session if it does
     * not belong to this one.
     */
    List<Outcome> submitAll(List<Change> changes) {
        SessionId session = open();
        List<Operation> operations = beginAll(session, changes);
        try {
            List<Outcome> outcomes = leader.submitAll(operations);
            if (outcomes.stream().anyMatch(Session::isEnded)) {
                forget(session);
            }
            return outcomes;
        } finally {
            operations.forEach(this::finish);
        }
    }

    /** Waits while the oldest number without an answer is too far behind. */
    private synchronized List<Operation> beginAll(SessionId session, List<Change> changes) {
        while (session.equals(current)
                && !underWay.isEmpty()
                && nextSequence + changes.size() - underWay.first() > MOST_UNANSWERED) {
            try {
                wait();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw TrivetException.of(Refusal.Kind.BUSY, "", "stopped while waiting for other changes");
            }
        }
        List<Operation> operations = new ArrayList<>();
        for (Change change : changes) {
            operations.add(begin(session, change.command(), change.conditions()));
        }
        return operations;
    }

    private static boolean isEnded(Outcome outcome) {
        return outcome instanceof Outcome.Refused(var refusal) && refusal.kind() == Refusal.Kind.SESSION_ENDED;
    }

    private synchronized SessionId open() {
        SessionId session = current;
        if (session == null) {
            Outcome outcome = leader.submit(new Command.OpenSession());
            session = ((Outcome.SessionOpened) outcome).session();
            underWay.clear();
            nextSequence = 1;
            current = session;
            keepAlive(session);
        }
        return session;
    }

    private synchronized void forget(SessionId session) {
        if (session.equals(current)) {
            current = null;
            ends++;
            notifyAll();
        }
    }

    /**
     * A save that can be resumed begins. While it holds the session, {@link #close} does not end
     * the session, so that the open save lives until the session expires.
     */
    void hold() {
        held.incrementAndGet();
    }

    /** A save that can be resumed has ended. */
    void release() {
        held.decrementAndGet();
    }

    /** How many sessions of this client have ended. Reservations from before an end are void. */
    int ends() {
        return ends;
    }

    private synchronized boolean isCurrent(SessionId session) {
        return session.equals(current);
    }

    private synchronized Operation begin(SessionId session, Command command, List<Condition> conditions) {
        if (!session.equals(current)) {
            throw TrivetException.of(Refusal.Kind.SESSION_ENDED, session.toString(), "it ended just now: try again");
        }
        long sequence = nextSequence++;
        underWay.add(sequence);
        return new Operation(session, sequence, underWay.first(), command, conditions);
    }

    private synchronized void finish(Operation operation) {
        if (java.util.Objects.equals(operation.session(), current)) {
            underWay.remove(operation.sequence());
            notifyAll();
        }
    }

    private void keepAlive(SessionId session) {
        BackgroundThreads.named("trivet-keep-" + session.number()).start(() -> {
            try {
                while (!ended.await(KEEP_EVERY.toMillis(), TimeUnit.MILLISECONDS) && isCurrent(session)) {
                    keep(session);
                }
            } catch (InterruptedException ignored) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private void keep(SessionId session) {
        try {
            leader.keep(session);
        } catch (TrivetException e) {
            if (e.kind() == Refusal.Kind.SESSION_ENDED) {
                forget(session);
            }
        } catch (IllegalStateException ignored) {
            // The client was closed.
        }
    }

    /** Ends the session, so that it does not have to expire. Waits at most a second. */
    @Override
    public void close() {
        ended.countDown();
        SessionId session;
        synchronized (this) {
            session = current;
            current = null;
        }
        if (session != null && held.get() == 0) {
            try {
                leader.submit(new Command.EndSession(session), END_LIMIT);
            } catch (TrivetException ignored) {
                // It will expire.
            }
        }
    }
}
