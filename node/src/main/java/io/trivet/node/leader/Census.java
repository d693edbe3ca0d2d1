package io.trivet.node.leader;

import io.trivet.model.CensusReport;
import io.trivet.model.NodeId;
import io.trivet.model.Slot;
import io.trivet.model.TrivetException;
import io.trivet.repair.Chore;
import io.trivet.repair.LogRateLimit;
import io.trivet.repair.RepairContext;
import io.trivet.wire.protocol.Reply;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks for the chunks of all recorded files while this node leads: after every event of the
 * cluster, again while something is missing, and periodically. Reports to the {@link DebtLedger}.
 * Comparing nodes cannot show a chunk that none of them has; only the census does.
 *
 * <p>It takes at most half of one thread's time, and a fifth while users' transfers are in
 * progress. One thread.
 */
public final class Census implements Chore {
    private static final Logger LOG = LoggerFactory.getLogger(Census.class);
    private static final Duration POLL = Duration.ofMillis(300);
    private static final Duration ROUND = Duration.ofHours(1);
    private static final int YIELD = 4;

    /**
     * After a census that found something missing, the next one waits this many times its length.
     */
    private static final int REST_PER_WORK = 9;

    private final RepairContext repairContext;
    private final LeaderView leaderView;
    private final Source source;
    private final Results results;
    private final Duration retryEvery;
    private @Nullable CensusPass running;
    private CensusReport last = CensusReport.NONE;
    private final LogRateLimit failures = new LogRateLimit();
    private long triedEvent;
    private long beganNanos;
    private long lookedNanos;
    private Duration rest = Duration.ZERO;

    /** Receives the result of each census. */
    public interface Results {
        void counted(CensusReport report);

        /** The census failed, so earlier results no longer count. */
        void givenUp(String cause);
    }

    /**
     * What a node holds in a slot, in order. Throws {@link TrivetException} if that cannot be
     * listed completely.
     */
    public interface Source {
        List<Reply.Held> held(NodeId node, Slot slot);
    }

    public Census(
            RepairContext repairContext, LeaderView leaderView, Source source, Results results, Duration retryEvery) {
        this.repairContext = repairContext;
        this.leaderView = leaderView;
        this.source = source;
        this.results = results;
        this.retryEvery = retryEvery;
    }

    @Override
    public Duration step() {
        CensusPass now = running;
        if (now == null) {
            return begin() ? Duration.ZERO : POLL;
        }
        long before = System.nanoTime();
        try {
            if (!now.step()) {
                running = null;
                end(now);
            }
        } catch (TrivetException e) {
            giveUp(String.valueOf(e.getMessage()));
            failures.pass("")
                    .ifPresent(
                            unlogged -> LOG.info("census given up cause=\"{}\" unlogged={}", e.getMessage(), unlogged));
        } catch (RuntimeException | Error e) {
            giveUp("a fault of the program: " + e);
            throw e;
        }
        lookedNanos = System.nanoTime();
        return Duration.ofNanos((lookedNanos - before) * (repairContext.usersAreActive() ? YIELD : 1));
    }

    private void giveUp(String cause) {
        running = null;
        rest = retryEvery;
        results.givenUp(cause);
    }

    /** Begins only if every node of the layout is present: nothing is known about silent nodes. */
    private boolean begin() {
        Optional<LeaderView.Situation> now = leaderView
                .situation()
                .filter(situation -> !situation.view().layouts().isEmpty())
                .filter(situation -> situation
                        .present()
                        .containsAll(situation.view().layout().nodes()));
        if (now.isEmpty() || (now.get().event() == triedEvent && !isOver(rest))) {
            return false;
        }
        triedEvent = now.get().event();
        beganNanos = System.nanoTime();
        running = new CensusPass(leaderView, source, now.get());
        return true;
    }

    private boolean isOver(Duration pause) {
        return System.nanoTime() - lookedNanos > pause.toNanos();
    }

    /**
     * An event during the census makes it worthless, because moving replicas may have been missed.
     */
    private void end(CensusPass done) {
        boolean current = leaderView
                .situation()
                .filter(now -> now.event() == done.event())
                .isPresent();
        if (!current) {
            rest = Duration.ZERO;
            return;
        }
        CensusReport before = last;
        last = done.report();
        rest = last.missing() == 0 ? ROUND : again();
        results.counted(last);
        if (last.missing() > 0 && last.missing() != before.missing()) {
            LOG.error(
                    "missing chunks={} bytes={} first={}",
                    last.missing(),
                    last.bytes(),
                    last.named().isEmpty() ? "" : last.named().getFirst());
        }
    }

    private Duration again() {
        Duration work = Duration.ofNanos(System.nanoTime() - beganNanos).multipliedBy(REST_PER_WORK);
        return work.compareTo(retryEvery) > 0 ? work : retryEvery;
    }
}
