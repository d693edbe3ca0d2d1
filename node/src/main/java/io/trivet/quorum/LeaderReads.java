package io.trivet.quorum;

import io.trivet.model.NodeId;
import io.trivet.model.Query;
import io.trivet.model.QueryResult;
import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.apache.ratis.server.RaftServer;

/** Reads the leader's own state once it is known to be current. Any thread. */
final class LeaderReads implements ReadBatcher.Reader {
    private final NodeId self;
    private final OwnRole role;
    private final RaftServer.Division division;
    private final NamespaceStateMachine machine;
    private final LeadershipCheck leadershipCheck;
    private final Executor reading;
    private final Consumer<Throwable> failed;

    /**
     * @param reading executes reads on platform threads
     * @param failed receives failures that show that the state on disk is damaged
     */
    LeaderReads(
            NodeId self,
            OwnRole role,
            RaftServer.Division division,
            NamespaceStateMachine machine,
            LeadershipCheck leadershipCheck,
            Executor reading,
            Consumer<Throwable> failed) {
        this.self = self;
        this.role = role;
        this.division = division;
        this.machine = machine;
        this.leadershipCheck = leadershipCheck;
        this.reading = reading;
        this.failed = failed;
    }

    @Override
    public Optional<Refusal> cannot() {
        return role.cannotLead();
    }

    @Override
    public Optional<Refusal> becomeCurrent(long deadlineNanos) throws InterruptedException {
        if (!awaitReady(deadlineNanos)) {
            return Optional.of(role.cannotLead().orElseGet(QuorumErrors::notConfirmed));
        }
        long term = role.term();
        List<Set<NodeId>> voters = role.voterSets();
        long committed = division.getRaftLog().getLastCommittedIndex();
        if (!role.leadsIn(term)) {
            return Optional.of(QuorumErrors.elsewhere(Optional.empty()));
        }
        boolean current = leadershipCheck.confirm(term, voters, deadlineNanos, () -> role.leadsIn(term))
                && machine.awaitApplied(committed, deadlineNanos);
        return current ? Optional.empty() : Optional.of(role.cannotLead().orElseGet(QuorumErrors::notConfirmed));
    }

    private boolean awaitReady(long deadlineNanos) throws InterruptedException {
        while (role.cannotLead().isEmpty() && System.nanoTime() - deadlineNanos < 0) {
            if (role.leads()) {
                return true;
            }
            Thread.sleep(5);
        }
        return false;
    }

    /**
     * Reads on a platform thread: a virtual thread would pin its carrier during a read of the
     * store, and a few of them would block all others.
     */
    @Override
    public QueryResult answer(Query query) {
        return Thread.currentThread().isVirtual()
                ? CompletableFuture.supplyAsync(() -> read(query), reading).join()
                : read(query);
    }

    private QueryResult read(Query query) {
        try {
            return machine.answer(query);
        } catch (TrivetException e) {
            return new QueryResult.Refused(e.refusal());
        } catch (IllegalStateException e) {
            return new QueryResult.Refused(QuorumErrors.stopping());
        } catch (UncheckedIOException e) {
            if (FailureKind.isDamage(e)) {
                machine.condemnIfDamaged(e);
                failed.accept(e);
            }
            return new QueryResult.Refused(new Refusal(
                    Refusal.Kind.DISK_FAILED,
                    self.toString(),
                    Objects.toString(e.getMessage(), "the state cannot be read")));
        }
    }
}
