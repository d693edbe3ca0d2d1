package io.trivet.quorum;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.message.StateMessages;
import io.trivet.model.Command;
import io.trivet.model.FileId;
import io.trivet.model.Operation;
import io.trivet.model.Outcome;
import io.trivet.model.Query;
import io.trivet.model.QueryResult;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The two batchers, with a log and a state that answer when the test says so. */
@Timeout(20)
final class GathererTest {
    private static final int LIMIT = 50;
    private static final Operation OPERATION = Operation.unnumbered(new Command.MakeDirectory(RemotePath.parse("/a")));

    @Test
    void whileOneEntryIsUnderWayTheNextGathers() throws Exception {
        Log log = new Log();
        try (ProposalBatcher gatherer = started(log, Duration.ofSeconds(10))) {
            CompletableFuture<Outcome> first = gatherer.submit(OPERATION);
            Proposal alone = log.proposal();
            List<CompletableFuture<Outcome>> others = Collections.nCopies(LIMIT, OPERATION).stream()
                    .map(gatherer::submit)
                    .toList();
            alone.apply();

            assertThat(first.get()).isEqualTo(new Outcome.Done());
            Proposal together = log.proposal();
            assertThat(alone.operations()).isEqualTo(1);
            assertThat(together.operations()).isEqualTo(LIMIT);
            together.apply();
            assertThat(others).allSatisfy(outcome -> assertThat(outcome.get()).isEqualTo(new Outcome.Done()));
        }
    }

    /**
     * Otherwise operations would reach the log in ones and twos, and every entry costs the same.
     */
    @Test
    void besideAnEntryUnderWayOnlyAFullOneGoes() throws Exception {
        Log log = new Log();
        try (ProposalBatcher gatherer = started(log, Duration.ofSeconds(10), 2, 200)) {
            gatherer.submit(OPERATION);
            log.proposal();
            for (int i = 1; i < 64; i++) {
                gatherer.submit(OPERATION);
            }
            assertThat(log.proposals).isEmpty();

            gatherer.submit(OPERATION);
            assertThat(log.proposal().operations()).isEqualTo(64);
            for (int i = 0; i < 100; i++) {
                gatherer.submit(OPERATION);
            }
            assertThat(log.proposals).isEmpty();
        }
    }

    /**
     * All operations of an entry are applied at once in memory, so an entry has as few of them as
     * make much.
     */
    @Test
    void whatMakesMuchFillsAnEntryWithFew() throws Exception {
        Log log = new Log();
        try (ProposalBatcher gatherer = started(log, Duration.ofSeconds(10), 1, 4 * LIMIT)) {
            gatherer.submit(OPERATION);
            Proposal first = log.proposal();
            Operation deep = Operation.unnumbered(new Command.MakeDirectory(RemotePath.parse("/d".repeat(2000))));
            Operation removal = Operation.unnumbered(new Command.Dissolve(1000, LogEntryCodec.MAX_ENTRY_BYTES));
            for (Operation each : List.of(deep, deep, deep, deep, removal, removal, OPERATION)) {
                gatherer.submit(each);
            }
            int[] operations = new int[5];
            for (int entry = 0; entry < operations.length; entry++) {
                first.apply();
                first = log.proposal();
                operations[entry] = first.operations();
            }
            assertThat(operations).containsExactly(2, 2, 1, 1, 1);
        }
    }

    /** A removed file may have 64 contents, each with a row; the operation does not say it. */
    @Test
    void whereFilesHaveManyContentsAnEntryTakesFewRemovals() throws Exception {
        for (boolean changedFiles : List.of(false, true)) {
            Log log = new Log();
            log.changedFiles = changedFiles;
            try (ProposalBatcher gatherer = started(log, Duration.ofSeconds(10), 1, 4 * LIMIT)) {
                gatherer.submit(OPERATION);
                Proposal first = log.proposal();
                Operation removal = Operation.unnumbered(new Command.Remove(RemotePath.parse("/a"), false));
                for (int i = 0; i < 200; i++) {
                    gatherer.submit(removal);
                }
                first.apply();
                assertThat(log.proposal().operations()).isEqualTo(changedFiles ? 126 : 200);
            }
        }
    }

    /** An outcome reported as unknown is not reported again, and what waited behind it goes on. */
    @Test
    void anEntryThatLandsAfterItsDeadlineIsToldOnce() throws Exception {
        Log log = new Log();
        try (ProposalBatcher gatherer = started(log, Duration.ofMillis(200))) {
            CompletableFuture<Outcome> late = gatherer.submit(OPERATION);
            Proposal entry = log.proposal();
            assertThat(kind(late.get())).isEqualTo(Refusal.Kind.OUTCOME_UNKNOWN);
            entry.apply();

            CompletableFuture<Outcome> next = gatherer.submit(OPERATION);
            log.proposal().apply();
            assertThat(next.get()).isEqualTo(new Outcome.Done());
            assertThat(kind(late.get())).isEqualTo(Refusal.Kind.OUTCOME_UNKNOWN);
        }
    }

    /** A waiting client must get an answer, even of a master that stops. */
    @Test
    void whatIsUnderWayWhenTheGathererClosesIsToldAtItsDeadline() throws Exception {
        Log log = new Log();
        ProposalBatcher gatherer = started(log, Duration.ofMillis(200));
        CompletableFuture<Outcome> underWay = gatherer.submit(OPERATION);
        log.proposal();
        gatherer.close();

        assertThat(kind(underWay.get())).isEqualTo(Refusal.Kind.OUTCOME_UNKNOWN);
        assertThat(kind(gatherer.submit(OPERATION).get())).isEqualTo(Refusal.Kind.NO_QUORUM);
    }

    @Test
    void moreOperationsThanTheLimitAreRefusedAsBusy() throws Exception {
        Log log = new Log();
        try (ProposalBatcher gatherer = started(log, Duration.ofSeconds(10))) {
            gatherer.submit(OPERATION);
            log.proposal();
            for (int i = 0; i < LIMIT; i++) {
                gatherer.submit(OPERATION);
            }

            assertThat(kind(gatherer.submit(OPERATION).get())).isEqualTo(Refusal.Kind.BUSY);
        }
    }

    /** What was proposed may be in the log; the rest is not. */
    @Test
    void afterTheDeadlineOnlyWhatWasProposedIsUnknown() throws Exception {
        Log log = new Log();
        try (ProposalBatcher gatherer = started(log, Duration.ofMillis(200))) {
            CompletableFuture<Outcome> proposed = gatherer.submit(OPERATION);
            log.proposal();
            CompletableFuture<Outcome> waiting = gatherer.submit(OPERATION);

            assertThat(kind(proposed.get())).isEqualTo(Refusal.Kind.OUTCOME_UNKNOWN);
            assertThat(kind(waiting.get())).isIn(Refusal.Kind.NO_QUORUM, Refusal.Kind.OUTCOME_UNKNOWN);
        }
    }

    @Test
    void anOperationThatFitsNoEntryIsRefused() throws Exception {
        String path = ("/" + "a".repeat(250)).repeat(16);
        try (ProposalBatcher gatherer = started(new Log(), Duration.ofSeconds(10))) {
            Operation large = Operation.unnumbered(new Command.Commit(
                    new FileId(1, 1),
                    RemotePath.parse(path),
                    1,
                    1,
                    Instant.EPOCH,
                    "o".repeat(LogEntryCodec.MAX_ENTRY_BYTES),
                    0,
                    List.of()));

            assertThat(kind(gatherer.submit(large).get())).isEqualTo(Refusal.Kind.BAD_REQUEST);
        }
    }

    @Test
    void oneCheckServesAllThatWaitedForIt() throws Exception {
        State state = new State();
        try (ReadBatcher gatherer = gatherer(state, Duration.ofSeconds(10))) {
            CompletableFuture<QueryResult> first = checking(gatherer, state);
            List<CompletableFuture<QueryResult>> others = crowd(gatherer);
            assertThat(first).isNotDone();

            state.go.countDown();
            assertThat(first.get()).isEqualTo(State.ANSWER);
            List<QueryResult> answers =
                    others.stream().map(CompletableFuture::join).toList();
            assertThat(answers.stream().filter(State.ANSWER::equals)).hasSize(LIMIT - 1);
            assertThat(answers.stream().filter(queryResult -> refusalOf(queryResult) == Refusal.Kind.BUSY))
                    .hasSize(LIMIT + 1);
            assertThat(state.begun).isEqualTo(2);
        }
    }

    /**
     * The caller that makes a check for all may fail or be late: the others get an answer
     * nevertheless, and so does the next caller.
     */
    @Test
    void aCheckThatHangsEndsWithTheDeadlineOfEveryone() throws Exception {
        State state = new State();
        try (ReadBatcher gatherer = gatherer(state, Duration.ofMillis(300))) {
            CompletableFuture<QueryResult> first = checking(gatherer, state);
            List<CompletableFuture<QueryResult>> others =
                    IntStream.range(0, 3).mapToObj(_ -> asking(gatherer)).toList();
            assertThat(others)
                    .allSatisfy(answer -> assertThat(refusalOf(answer.get())).isEqualTo(Refusal.Kind.NO_QUORUM));

            state.go.countDown();
            assertThat(first.get()).isEqualTo(State.ANSWER);
            assertThat(gatherer.ask(new Query.View())).isEqualTo(State.ANSWER);
        }
    }

    @Test
    void aCheckThatFailsByABugLeavesNobodyWaiting() throws Exception {
        State state = new State();
        state.bug = true;
        try (ReadBatcher gatherer = gatherer(state, Duration.ofSeconds(10))) {
            CompletableFuture<QueryResult> first = checking(gatherer, state);
            CompletableFuture<QueryResult> second = asking(gatherer);
            state.go.countDown();

            assertThat(first).failsWithin(Duration.ofSeconds(10));
            assertThat(second).failsWithin(Duration.ofSeconds(10));
            state.bug = false;
            assertThat(gatherer.ask(new Query.View())).isEqualTo(State.ANSWER);
        }
    }

    @Test
    void whoWaitsForACheckIsToldOfTheClose() throws Exception {
        State state = new State();
        CompletableFuture<QueryResult> first;
        List<CompletableFuture<QueryResult>> others;
        try (ReadBatcher gatherer = gatherer(state, Duration.ofSeconds(10))) {
            first = checking(gatherer, state);
            others = crowd(gatherer);
        }
        state.go.countDown();

        assertThat(first.get()).isEqualTo(State.ANSWER);
        assertThat(others.stream().map(CompletableFuture::join).map(GathererTest::refusalOf))
                .filteredOn(Refusal.Kind.NO_QUORUM::equals)
                .hasSize(LIMIT - 1);
    }

    /** Sends more queries than may wait; returns when the surplus was refused. */
    private static List<CompletableFuture<QueryResult>> crowd(ReadBatcher gatherer) {
        List<CompletableFuture<QueryResult>> all =
                IntStream.range(0, 2 * LIMIT).mapToObj(_ -> asking(gatherer)).toList();
        while (all.stream().filter(CompletableFuture::isDone).count() < LIMIT + 1) {
            Thread.onSpinWait();
        }
        return all;
    }

    /** Sends a query; returns when the check for it is under way. */
    private static CompletableFuture<QueryResult> checking(ReadBatcher gatherer, State state)
            throws InterruptedException {
        CompletableFuture<QueryResult> first = asking(gatherer);
        state.checks.acquire();
        return first;
    }

    private static CompletableFuture<QueryResult> asking(ReadBatcher gatherer) {
        return CompletableFuture.supplyAsync(
                () -> gatherer.ask(new Query.View()), task -> Thread.ofVirtual().start(task));
    }

    private static Refusal.Kind refusalOf(QueryResult queryResult) {
        return ((QueryResult.Refused) queryResult).refusal().kind();
    }

    private static ProposalBatcher started(Log log, Duration deadline) {
        return started(log, deadline, 1, LIMIT);
    }

    private static ProposalBatcher started(Log log, Duration deadline, int entriesInFlight, int maxWaiting) {
        ProposalBatcher gatherer =
                new ProposalBatcher("test-gather", log, settings(deadline, entriesInFlight, maxWaiting), Runnable::run);
        gatherer.start();
        return gatherer;
    }

    private static ReadBatcher gatherer(State state, Duration deadline) {
        return new ReadBatcher(state, settings(deadline, 1, LIMIT));
    }

    private static QuorumSettings settings(Duration deadline, int entriesInFlight, int maxWaiting) {
        return new QuorumSettings(
                Path.of("unused"),
                Duration.ofSeconds(1),
                Duration.ofSeconds(2),
                deadline,
                new QuorumSettings.LogSizes(1, 1, 1 << 20),
                entriesInFlight,
                maxWaiting);
    }

    private static Refusal.Kind kind(Outcome outcome) {
        return ((Outcome.Refused) outcome).refusal().kind();
    }

    private record Proposal(int operations, CompletableFuture<ProposalBatcher.Result> result) {
        void apply() {
            result.complete(new ProposalBatcher.Result.Applied(Collections.nCopies(operations, new Outcome.Done())));
        }
    }

    /** Takes every entry, and answers when the test says so. */
    private static final class Log implements ProposalBatcher.Proposer {
        private final BlockingQueue<Proposal> proposals = new LinkedBlockingQueue<>();
        private volatile boolean changedFiles;

        @Override
        public boolean hasChangedFiles() {
            return changedFiles;
        }

        @Override
        public ProposalBatcher.Standing standing() {
            return new ProposalBatcher.Standing.Leads();
        }

        @Override
        public CompletableFuture<ProposalBatcher.Result> propose(LogEntryCodec.Entry entry) {
            StateMessages.Batch batch = LogEntryCodec.read(1, entry.getContent());
            Proposal proposal = new Proposal(batch.getOperationsCount(), new CompletableFuture<>());
            proposals.add(proposal);
            return proposal.result();
        }

        Proposal proposal() throws InterruptedException {
            return Objects.requireNonNull(proposals.poll(10, TimeUnit.SECONDS));
        }
    }

    /** Becomes current when the test says so. */
    private static final class State implements ReadBatcher.Reader {
        private static final QueryResult ANSWER =
                new QueryResult.Refused(new Refusal(Refusal.Kind.NO_SUCH_FILE, "/a", ""));

        private final Semaphore checks = new Semaphore(0);
        private final CountDownLatch go = new CountDownLatch(1);
        private volatile int begun;
        private volatile boolean bug;

        @Override
        public Optional<Refusal> cannot() {
            return Optional.empty();
        }

        @Override
        public Optional<Refusal> becomeCurrent(long deadlineNanos) throws InterruptedException {
            begun++;
            checks.release();
            go.await();
            if (bug) {
                throw new IllegalStateException("a bug");
            }
            return Optional.empty();
        }

        @Override
        public QueryResult answer(Query query) {
            return ANSWER;
        }
    }
}
