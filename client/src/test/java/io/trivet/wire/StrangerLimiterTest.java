package io.trivet.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.wire.StrangerLimiter.Turn;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Strangers take no more processor time than their part, and a newcomer comes before a crowd. */
@Timeout(60)
class StrangerLimiterTest {
    private static final int PROCESSORS = 2;
    private static final Duration STEP = StrangerLimiter.MOST_OF_A_STEP;
    private static final Duration A_WHILE = Duration.ofMillis(150);
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5); // a clock may overflow
    private final StrangerLimiter limiter = new StrangerLimiter(PROCESSORS, nanos::get);

    /** The networks, or other labels, of those whose turn came, in this order; with a ! those that were sent away. */
    private final BlockingQueue<String> came = new LinkedBlockingQueue<>();

    private final BlockingQueue<Turn> turns = new LinkedBlockingQueue<>();

    private void passes(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    /** A step that takes a while, of a thread of its own; what it has to wait for may come later. */
    private void begins(String network, String label, AtomicBoolean open, boolean ahead) {
        Thread thread = Thread.ofPlatform().daemon().start(() -> {
            try {
                Turn turn = limiter.step(network, open::get, ahead);
                came.add(label);
                turns.add(turn);
            } catch (IOException _) {
                came.add(label + "!");
            }
        });
        awaitWaiting(thread);
    }

    private void begins(String network) {
        begins(network, network, new AtomicBoolean(true), false);
    }

    /** Until the thread waits for its turn, or is through. */
    private static void awaitWaiting(Thread thread) {
        while (thread.getState() != Thread.State.TIMED_WAITING && thread.getState() != Thread.State.TERMINATED) {
            Thread.onSpinWait();
        }
    }

    private String next() throws InterruptedException {
        String network = came.poll(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        assertThat(network).isNotNull();
        return network;
    }

    private void nobodyComes() throws InterruptedException {
        assertThat(came.poll(A_WHILE.toMillis(), TimeUnit.MILLISECONDS)).isNull();
    }

    /** The turn that came last ends after this time. */
    private void ends(Duration time) throws InterruptedException {
        passes(time);
        Turn turn = turns.poll(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        assertThat(turn).isNotNull();
        turn.close();
    }

    /** A way to take processor time. */
    private interface Taking {
        Turn turn(AtomicBoolean open) throws IOException;
    }

    /** Uses up what a bucket holds; returns how many steps that were. */
    private int useUp(String network) {
        return useUp(open -> limiter.step(network, open::get, false), STEP);
    }

    private int useUp(Taking taking, Duration each) {
        for (int steps = 0; steps < 10_000; steps++) {
            Thread thread = Thread.ofPlatform().daemon().start(() -> {
                try (Turn _ = taking.turn(new AtomicBoolean(true))) {
                    passes(each);
                } catch (IOException _) {
                    // It was not its turn.
                }
            });
            try {
                thread.join(A_WHILE.toMillis());
                if (thread.isAlive()) {
                    thread.interrupt(); // it leaves
                    thread.join();
                    return steps;
                }
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
        throw new AssertionError("there is no end");
    }

    /** How many steps a bucket of this size pays for, while it regains its part. */
    private static int stepsOf(Duration bucket, int part) {
        double share = (double) PROCESSORS / part;
        return (int) Math.ceil(bucket.toNanos() * share / (STEP.toNanos() * (1 - share)));
    }

    @Test
    void strangersHaveTheirPartOfTheProcessorsAndNoMore() throws IOException {
        int part = StrangerLimiter.PART_OF_STRANGERS;
        int burst = stepsOf(StrangerLimiter.BURST, part);
        assertThat(useUp("crowd")).isBetween(burst - 1, burst + 1);
        assertThat(useUp("others")).isLessThanOrEqualTo(1);
        passes(Duration.ofSeconds(1));
        int aSecond = stepsOf(Duration.ofSeconds(1), part);
        assertThat(useUp("crowd")).isBetween(aSecond - 2, aSecond + 1);
        passes(Duration.ofHours(5));
        assertThat(useUp("crowd")).isBetween(burst - 1, burst + 1);
    }

    /** A cheap one pays a least price, a dear one what it took. */
    @Test
    void requestsArePaidForOutOfTheSamePart() throws Exception {
        useUp("crowd");
        Duration pause = Duration.ofSeconds(1);
        passes(pause);
        long part = pause.toNanos() * PROCESSORS / StrangerLimiter.PART_OF_STRANGERS;
        long most = part / StrangerLimiter.REQUEST.toNanos() + 1;
        AtomicLong answered = new AtomicLong();
        Thread asks = Thread.ofPlatform().daemon().start(() -> {
            try {
                while (true) {
                    limiter.request("other", () -> true).close();
                    answered.incrementAndGet();
                }
            } catch (IOException _) {
                // The test has seen enough.
            }
        });
        asks.join(A_WHILE.multipliedBy(4).toMillis());
        asks.interrupt();
        asks.join();
        assertThat(answered.get()).isBetween(most / 2, most);

        useUp("crowd");
        passes(pause);
        Duration each = StrangerLimiter.MOST_OF_A_REQUEST;
        int dear = useUp(open -> limiter.request("other", open::get), each);
        assertThat((long) dear).isBetween(part / each.toNanos() / 2, part / each.toNanos() * 2);
    }

    /** Many slow answers that end at once do not lock out newcomers for long. */
    @Test
    void whatIsOwedIsPaidInASecond() throws Exception {
        List<Turn> slow = new ArrayList<>();
        for (int number = 0; number < 500; number++) {
            slow.add(limiter.request("crowd", () -> true));
        }
        passes(Duration.ofSeconds(3));
        for (Turn turn : slow) {
            turn.close();
        }
        useUp("crowd");
        begins("newcomer");
        nobodyComes();
        passes(Duration.ofMillis(1001));
        assertThat(next()).isEqualTo("newcomer");
    }

    @Test
    void noMoreHandshakesOfStrangersAreComputedAtOnceThanHalfOfTheProcessors() throws Exception {
        begins("a");
        begins("b");
        assertThat(next()).isEqualTo("a");
        nobodyComes();
        ends(STEP);
        assertThat(next()).isEqualTo("b");
        ends(STEP);
    }

    @Test
    void aNewcomerComesBeforeACrowd() throws Exception {
        for (int number = 0; number < 10; number++) {
            try (Turn _ = limiter.step("crowd-" + number, () -> true, false)) {
                passes(STEP);
            }
        }
        useUp("one");
        for (int number = 0; number < 10; number++) {
            begins("crowd-" + number);
            begins("crowd-" + number);
        }
        begins("newcomer");
        nobodyComes();
        passes(Duration.ofSeconds(1));
        assertThat(next()).isEqualTo("newcomer");
        ends(STEP);
        assertThat(next()).startsWith("crowd-");
    }

    @Test
    void whatWasTakenLongAgoIsForgotten() throws Exception {
        try (Turn _ = limiter.step("long ago", () -> true, false)) {
            passes(STEP);
        }
        passes(Duration.ofMinutes(10));
        limiter.request("other", () -> true).close(); // and the long ago is halved
        passes(Duration.ofMinutes(10));
        limiter.request("other", () -> true).close();
        useUp("one");
        for (int time = 0; time < 8; time++) {
            passes(Duration.ofMinutes(1));
            limiter.request("other", () -> true).close();
        }
        useUp("one");
        begins("other");
        begins("long ago");
        nobodyComes();
        passes(Duration.ofSeconds(1));
        assertThat(next()).isEqualTo("long ago");
    }

    /** Who has waited for long has given up. */
    @Test
    void theNewestOfANetworkIsTheNext() throws Exception {
        useUp("one");
        AtomicBoolean open = new AtomicBoolean(true);
        begins("same", "oldest", open, false);
        begins("same", "older", open, false);
        AtomicBoolean openUntilNow = new AtomicBoolean(true);
        begins("same", "newest", openUntilNow, false);
        nobodyComes();
        openUntilNow.set(false);
        passes(Duration.ofSeconds(1));
        // The newest, whose connection was closed, takes no turn.
        assertThat(List.of(next(), next())).containsExactlyInAnyOrder("newest!", "older");
    }

    @Test
    void aHandshakeThatWasAnsweredGoesAhead() throws Exception {
        useUp("one");
        begins("newcomer");
        begins("one", "one", new AtomicBoolean(true), true);
        nobodyComes();
        passes(Duration.ofSeconds(1));
        assertThat(next()).isEqualTo("one");
    }

    @Test
    void whoAuthenticatedLatelyDoesNotWaitForStrangers() throws Exception {
        useUp("crowd");
        assertThat(limiter.isKnown("home")).isFalse();
        limiter.authenticated("home");
        assertThat(limiter.isKnown("home")).isTrue();
        int part = StrangerLimiter.PART_OF_KNOWN;
        int burst = stepsOf(StrangerLimiter.BURST, part);
        // Beyond its own part it has what strangers have regained meanwhile.
        assertThat(useUp("home")).isBetween(burst - 1, burst + burst / 2);
        useUp("crowd");
        begins("home");
        nobodyComes();
        passes(StrangerLimiter.KNOWN_FOR.plusSeconds(1));
        assertThat(next()).isEqualTo("home");
        assertThat(limiter.isKnown("home")).isFalse();
    }

    @Test
    void allWhoAuthenticatedTogetherLeaveHalf() throws Exception {
        useUp("crowd");
        long burst = StrangerLimiter.BURST.toNanos() * PROCESSORS / StrangerLimiter.PART_OF_KNOWN;
        int homes = StrangerLimiter.PART_OF_KNOWN / StrangerLimiter.PART_OF_ALL_KNOWN;
        for (int number = 0; number <= homes; number++) {
            limiter.authenticated("home-" + number);
        }
        for (int number = 0; number < homes; number++) {
            for (long taken = 0; taken < burst; taken += StrangerLimiter.REQUEST.toNanos()) {
                limiter.request("home-" + number, () -> true).close();
            }
        }
        begins("home-" + homes);
        nobodyComes();
        passes(Duration.ofSeconds(1));
        assertThat(next()).isEqualTo("home-" + homes);
    }

    @Test
    void noMoreOfANetworkWaitThanThereMay() throws Exception {
        useUp("one");
        for (int number = 0; number < StrangerLimiter.MOST_WAITING_OF_A_NETWORK; number++) {
            begins("crowd");
        }
        begins("newcomer");
        nobodyComes();
        begins("crowd");
        assertThat(next()).isEqualTo("crowd!");
        nobodyComes();
        passes(Duration.ofSeconds(1));
        assertThat(next()).isEqualTo("newcomer");
    }

    @Test
    void moreConnectionsThanStrangersMayMakeAreClosedButForNewcomers() {
        int burst = (int) (PROCESSORS * StrangerLimiter.CONNECTIONS_A_SECOND * StrangerLimiter.BURST.toSeconds());
        for (int number = 0; number < burst; number++) {
            assertThat(limiter.admits("crowd")).isTrue();
        }
        assertThat(limiter.admits("crowd")).isFalse();
        assertThat(limiter.admits("newcomer")).isTrue();
        limiter.authenticated("crowd");
        assertThat(limiter.admits("crowd")).isTrue();
        passes(StrangerLimiter.KNOWN_FOR.plusSeconds(1));
        assertThat(limiter.admits("crowd")).isTrue();
    }
}
