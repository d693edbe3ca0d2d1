package io.trivet.repair;

import io.trivet.model.CensusReport;
import io.trivet.model.NodeId;
import io.trivet.model.Slot;
import io.trivet.model.TrivetException;
import io.trivet.wire.Reply;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the chunks of all recorded files looked for while this node leads: after every event of the cluster, again while something is missing, and in a
 * slow round. What it finds goes to the {@link DebtLedger}. Comparing nodes cannot show a chunk that none of them has; only this does.
 *
 * <p>It takes at most half of one thread's time, and a fifth while users' transfers are under way. One thread.
 */
public final class Census implements Chore {
    private static final Logger LOG = LoggerFactory.getLogger(Census.class);
    private static final Duration POLL = Duration.ofMillis(300);
    private static final Duration ROUND = Duration.ofHours(1);
    private static final int YIELD = 4;

    /** A census that found something missing is followed by another after so many times its own length. */
    private static final int REST_PER_WORK = 9;

    private final Surroundings surroundings;
    private final Register register;
    private final Source source;
    private final Consumer<CensusReport> result;
    private final Duration retryEvery;
    private @Nullable Count running;
    private CensusReport last = CensusReport.NONE;
    private long beganNanos;
    private long lookedNanos;
    private Duration rest = Duration.ZERO;

    /** What a node holds in a slot, in order; throws {@link TrivetException} if that cannot be learned completely. */
    interface Source {
        List<Reply.Held> held(NodeId node, Slot slot);
    }

    Census(
            Surroundings surroundings,
            Register register,
            Source source,
            Consumer<CensusReport> result,
            Duration retryEvery) {
        this.surroundings = surroundings;
        this.register = register;
        this.source = source;
        this.result = result;
        this.retryEvery = retryEvery;
    }

    @Override
    public Duration step() {
        Count now = running;
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
            running = null;
            rest = retryEvery;
            LOG.info("census given up cause=\"{}\"", e.getMessage());
        }
        lookedNanos = System.nanoTime();
        return Duration.ofNanos((lookedNanos - before) * (surroundings.usersAreActive() ? YIELD : 1));
    }

    /** Only when every node of the layout can be asked: the others' silence proves nothing about them. */
    private boolean begin() {
        Optional<Register.Situation> now = register.situation()
                .filter(situation -> !situation.view().layouts().isEmpty())
                .filter(situation -> situation
                        .present()
                        .containsAll(situation.view().layout().nodes()));
        if (now.isEmpty() || (now.get().event() == last.event() && !isOver(rest))) {
            return false;
        }
        beganNanos = System.nanoTime();
        running = new Count(register, source, now.get());
        return true;
    }

    private boolean isOver(Duration pause) {
        return System.nanoTime() - lookedNanos > pause.toNanos();
    }

    /** An event meanwhile makes it worthless: what moves may have been passed over. */
    private void end(Count done) {
        boolean current =
                register.situation().filter(now -> now.event() == done.event()).isPresent();
        if (!current) {
            rest = Duration.ZERO;
            return;
        }
        CensusReport before = last;
        last = done.report();
        rest = last.missing() == 0 ? ROUND : again();
        result.accept(last);
        if (last.missing() > 0 && last.missing() != before.missing()) {
            LOG.error(
                    "missing chunks={} bytes={} first={}",
                    last.missing(),
                    last.bytes(),
                    last.named().getFirst());
        }
    }

    private Duration again() {
        Duration work = Duration.ofNanos(System.nanoTime() - beganNanos).multipliedBy(REST_PER_WORK);
        return work.compareTo(retryEvery) > 0 ? work : retryEvery;
    }
}
