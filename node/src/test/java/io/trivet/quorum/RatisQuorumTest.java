package io.trivet.quorum;

import static io.trivet.quorum.Masters.await;
import static io.trivet.quorum.Masters.get;
import static io.trivet.quorum.Masters.lookup;
import static io.trivet.quorum.Masters.n;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.trivet.message.CommandCodec;
import io.trivet.message.StateMessages;
import io.trivet.model.ChunkSize;
import io.trivet.model.Command;
import io.trivet.model.Condition;
import io.trivet.model.NodeId;
import io.trivet.model.Operation;
import io.trivet.model.Outcome;
import io.trivet.model.QueryResult;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.SessionId;
import io.trivet.namespace.LaterReleaseException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.StateMachineLogEntryProto;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
@Execution(ExecutionMode.CONCURRENT)
final class RatisQuorumTest {
    @TempDir
    Path directory;

    @Test
    void oneMasterAloneServes() throws Exception {
        try (Masters masters = Masters.of(directory, 1, 20_000, 1 << 20)) {
            masters.done(masters.make("/a"));

            assertThat(masters.count("/a")).isEqualTo(1);
            assertThat(masters.quorum(0).voters()).containsExactly(n(0));
        }
    }

    /** Too few others have room for their logs: what frees room goes on, alone and with others. */
    @Test
    void growthPausesForAMasterThatIsShortOfRoom() throws Exception {
        try (Masters masters = Masters.of(directory, 1, 20_000, 1 << 20)) {
            RatisQuorum quorum = masters.quorum(0);
            Operation remove = Operation.unnumbered(new Command.Remove(RemotePath.parse("/b"), false, false));
            masters.done(masters.make("/a"));
            quorum.pauseGrowth(Optional.of(n(2)));

            assertThat(refusal(get(quorum.submit(masters.make("/b")))).kind()).isEqualTo(Refusal.Kind.DISK_FULL);
            List<CompletableFuture<Outcome>> all = quorum.submitAll(List.of(masters.make("/b"), remove));
            assertThat(refusal(get(all.getFirst())).subject()).isEqualTo("n2");
            // It was applied: this state, which knows directories alone, refused it.
            assertThat(refusal(get(all.getLast())).kind()).isEqualTo(Refusal.Kind.BAD_REQUEST);

            quorum.pauseGrowth(Optional.empty());
            assertThat(get(quorum.submitAll(List.of(masters.make("/b"))).getFirst()))
                    .isEqualTo(new Outcome.Done());
            assertThat(masters.count("/b")).isEqualTo(1);
        }
    }

    @Test
    void operationsGatherIntoEntries() throws Exception {
        try (Masters masters = Masters.three(directory)) {
            long before = masters.leader().lastIndex();
            List<CompletableFuture<Outcome>> outcomes = new ArrayList<>();
            for (int i = 0; i < 2000; i++) {
                outcomes.add(masters.leader().submit(masters.make("/d" + i % 10)));
            }
            for (CompletableFuture<Outcome> outcome : outcomes) {
                assertThat(get(outcome)).isEqualTo(new Outcome.Done());
            }

            assertThat(masters.leader().lastIndex() - before).isLessThan(500);
            assertThat(masters.count("/d3")).isEqualTo(200);
        }
    }

    @Test
    void aFollowerNamesTheLeader() throws Exception {
        try (Masters masters = Masters.three(directory)) {
            int leader = masters.leaderNumber();
            RatisQuorum follower = masters.quorum((leader + 1) % 3);

            assertThat(refusal(get(follower.submit(masters.make("/a")))).kind()).isEqualTo(Refusal.Kind.NOT_LEADER);
            assertThat(refusal(get(follower.submit(masters.make("/a")))).subject())
                    .isEqualTo("n" + leader);
            assertThat(follower.ask(lookup("/a")))
                    .isInstanceOfSatisfying(
                            QueryResult.Refused.class,
                            refused -> assertThat(refused.refusal().subject()).isEqualTo("n" + leader));
        }
    }

    /**
     * Rule 10: when leaders fail, every acknowledged operation is applied, and every operation at
     * most once.
     */
    @Test
    void anOperationThatIsSentAgainIsAppliedOnce() throws Exception {
        try (Masters masters = Masters.three(directory)) {
            AtomicInteger acknowledged = new AtomicInteger();
            Thread writer = Thread.ofPlatform().start(() -> {
                try {
                    for (int i = 0; i < 600; i++) {
                        masters.done(masters.make("/once" + i));
                        acknowledged.incrementAndGet();
                    }
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            });
            for (int round = 1; round <= 2; round++) {
                int enough = round * 200;
                await(() -> acknowledged.get() >= enough);
                int leader = masters.leaderNumber();
                masters.network.cutOff(n(leader));
                await(() -> acknowledged.get() >= enough + 50);
                masters.network.reconnect(n(leader));
            }
            writer.join();

            assertThat(acknowledged).hasValue(600);
            for (int i = 0; i < 600; i += 7) {
                assertThat(masters.count("/once" + i)).isEqualTo(1);
            }
        }
    }

    @Test
    void anotherMasterLeadsWhenTheLeaderIsGone() throws Exception {
        try (Masters masters = Masters.three(directory)) {
            masters.done(masters.make("/before"));
            int leader = masters.leaderNumber();
            masters.stop(leader);
            masters.done(masters.make("/after"));

            assertThat(masters.count("/before")).isEqualTo(1);
            assertThat(masters.leaderNumber()).isNotEqualTo(leader);

            masters.restart(leader);
            await(() -> applied(masters.quorum(leader)) >= applied(leaderOf(masters)));
        }
    }

    /**
     * A leader that was cut off without knowing it answers nothing, because another may lead by
     * now. Ratis's own check would let it answer if a majority had confirmed the same commit index
     * before.
     */
    @Test
    void aLeaderThatWasCutOffAnswersNothingOld() throws Exception {
        try (Masters masters = Masters.three(directory)) {
            masters.done(masters.make("/a"));
            int old = masters.leaderNumber();
            RatisQuorum cutOff = masters.quorum(old);
            assertThat(CountingState.count(cutOff.ask(lookup("/a")))).isEqualTo(1);

            masters.network.cutOff(n(old));
            List<CompletableFuture<QueryResult>> answers = new ArrayList<>();
            while (cutOff.leads()) {
                answers.add(Masters.asking(cutOff, lookup("/a")));
                Thread.sleep(5);
            }

            assertThat(answers).isNotEmpty();
            for (CompletableFuture<QueryResult> answer : answers) {
                assertThat(get(answer)).isInstanceOf(QueryResult.Refused.class);
            }
        }
    }

    /**
     * One other master of three is enough, and the one that confirmed last is asked; a hung one is
     * noticed, and not asked first again.
     */
    @Test
    void aQuestionAsksOneMasterAndPassesOverOneThatHangs() throws Exception {
        try (Masters masters = Masters.three(directory)) {
            masters.done(masters.make("/a"));
            assertThat(masters.count("/a")).isEqualTo(1);
            int before = masters.network.calls("confirm");
            ask(masters, 10);
            assertThat(masters.network.calls("confirm") - before).isLessThan(2 * 10);

            NodeId asked = IntStream.range(0, 3)
                    .mapToObj(Masters::n)
                    .max(Comparator.comparing(node -> masters.network.callsTo(node, "confirm")))
                    .orElseThrow();
            masters.network.hang(asked);
            assertThat(masters.count("/a")).isEqualTo(1);
            int hung = masters.network.callsTo(asked, "confirm");
            ask(masters, 20);
            // Now and then the thread of the unanswered call tries again.
            assertThat(masters.network.callsTo(asked, "confirm") - hung).isLessThan(10);
        }
    }

    private static void ask(Masters masters, int times) throws Exception {
        for (int i = 0; i < times; i++) {
            assertThat(masters.count("/a")).isEqualTo(1);
        }
    }

    /**
     * Every answer reflects what was acknowledged before the query, while the lead moves between
     * masters.
     */
    @Test
    void answersAreNeverOlderThanWhatWasAcknowledged() throws Exception {
        try (Masters masters = Masters.three(directory)) {
            for (int i = 1; i <= 4; i++) {
                masters.done(masters.make("/a"));
                int next = (masters.leaderNumber() + 1) % 3;
                assertThat(get(masters.leader().handOver(n(next)))).isEqualTo(new Outcome.Done());
                await(() -> masters.quorum(next).leads());

                assertThat(masters.count("/a")).isEqualTo(i);
            }
        }
    }

    /** Rule 9: all masters stop at any moment and continue from their disks. */
    @Test
    void allMastersRestartFromDisk() throws Exception {
        try (Masters masters = Masters.of(directory, 3, 50, 1 << 16)) {
            for (int i = 0; i < 300; i++) {
                masters.done(masters.make("/d" + i % 30));
            }
            masters.stopAll();
            for (int node = 0; node < 3; node++) {
                masters.restart(node);
            }

            for (int i = 0; i < 30; i++) {
                assertThat(masters.count("/d" + i)).isEqualTo(10);
            }
        }
    }

    /**
     * So a start after a power failure has few entries to apply again, long before the next
     * checkpoint.
     */
    @Test
    void theStateReachesTheDiskByItself() throws Exception {
        try (Masters masters = Masters.of(directory, 1, 20_000, 1 << 20)) {
            Path state = masters.home(0).resolve("state");
            long end = System.nanoTime() + Masters.PATIENCE.toNanos();
            for (int i = 0; i < 2 * StateFlushPace.ENTRIES || !hasTables(state) && System.nanoTime() < end; i++) {
                masters.done(masters.make("/d" + i % 10));
            }

            assertThat(hasTables(state)).isTrue();
            assertThat(masters.group(0).resolve("sm")).isEmptyDirectory();
        }
    }

    private static boolean hasTables(Path state) {
        return String.join(" ", Objects.requireNonNull(state.toFile().list())).contains(".sst");
    }

    /** Rule 9: a lost or old state is rebuilt from checkpoint and log. */
    @Test
    void aLostStateIsRebuiltFromCheckpointAndLog() throws Exception {
        try (Masters masters = Masters.of(directory, 1, 50, 1 << 16)) {
            for (int i = 0; i < 120; i++) {
                masters.done(masters.make("/d"));
            }
            masters.stop(0);
            assertThat(checkpoints(masters.group(0))).isNotEmpty().hasSizeLessThanOrEqualTo(2);
            CheckpointFiles.remove(masters.home(0).resolve("state"));
            masters.restart(0);

            assertThat(masters.count("/d")).isEqualTo(120);
        }
    }

    @Test
    void aNewMasterGetsACheckpointAndTheRest() throws Exception {
        try (Masters masters = Masters.of(directory, 1, 50, 1 << 16)) {
            for (int i = 0; i < 500; i++) {
                masters.done(masters.make("/" + "x".repeat(200) + i % 20));
            }
            assertThat(masters.quorum(0).firstIndex()).as("the log was purged").isPositive();
            masters.join(1);
            masters.seat(Set.of(n(0), n(1)));
            await(() -> applied(masters.quorum(1)) >= applied(masters.quorum(0)));

            assertThat(masters.network.calls("install")).isPositive();
            assertThat(checkpoints(masters.group(1))).isNotEmpty();
            assertThat(get(masters.quorum(0).handOver(n(1)))).isEqualTo(new Outcome.Done());
            await(() -> masters.quorum(1).leads());
            assertThat(masters.count("/" + "x".repeat(200) + 3)).isEqualTo(25);

            masters.stop(1);
            masters.restart(1);
            await(() -> applied(masters.quorum(1)) >= 500);
        }
    }

    /**
     * A master that was away for longer than the log reaches back gets a checkpoint in place of its
     * own state.
     */
    @Test
    void aMasterThatWasAwayForLongCatchesUp() throws Exception {
        try (Masters masters = Masters.of(directory, 3, 50, 1 << 16)) {
            masters.done(masters.make("/a"));
            int away = (masters.leaderNumber() + 1) % 3;
            masters.network.cutOff(n(away));
            for (int i = 0; i < 500; i++) {
                masters.done(masters.make("/" + "x".repeat(200) + i % 20));
            }
            assertThat(masters.leader().firstIndex())
                    .isGreaterThan(masters.quorum(away).lastIndex());
            masters.network.reconnect(n(away));
            await(() -> applied(masters.quorum(away)) >= applied(leaderOf(masters)));

            assertThat(get(masters.leader().handOver(n(away)))).isEqualTo(new Outcome.Done());
            await(() -> masters.quorum(away).leads());
            assertThat(masters.count("/" + "x".repeat(200) + 3)).isEqualTo(25);
        }
    }

    @Test
    void votersGrowFromOneToThreeUnderLoad() throws Exception {
        try (Masters masters = Masters.of(directory, 1, 200, 1 << 16)) {
            AtomicBoolean stop = new AtomicBoolean();
            AtomicInteger acknowledged = new AtomicInteger();
            Thread writer = Thread.ofPlatform().start(() -> {
                try {
                    while (!stop.get()) {
                        masters.done(masters.make("/load"));
                        acknowledged.incrementAndGet();
                    }
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            });
            await(() -> acknowledged.get() > 100);
            masters.join(1);
            masters.join(2);
            masters.seat(Set.of(n(0), n(1)));
            masters.seat(Set.of(n(0), n(1), n(2)));
            int seated = acknowledged.get();
            await(() -> acknowledged.get() > seated + 100);
            stop.set(true);
            writer.join();

            assertThat(masters.leader().voters()).containsExactlyInAnyOrder(n(0), n(1), n(2));
            masters.stop(masters.leaderNumber());
            assertThat(masters.count("/load")).isEqualTo(acknowledged.get());
        }
    }

    @Test
    void aVoterIsReplaced() throws Exception {
        try (Masters masters = Masters.three(directory)) {
            masters.done(masters.make("/a"));
            int leader = masters.leaderNumber();
            int leaving = (leader + 1) % 3;
            int staying = (leader + 2) % 3;
            masters.stop(leaving);
            masters.join(3);
            masters.seat(Set.of(n(leader), n(staying), n(3)));
            masters.done(masters.make("/a"));

            assertThat(masters.count("/a")).isEqualTo(2);
            assertThat(masters.leader().voters()).containsExactlyInAnyOrder(n(leader), n(staying), n(3));
        }
    }

    @Test
    void withoutAMajorityThereIsARefusalAndNoWaitForEver() throws Exception {
        try (Masters masters = Masters.three(directory)) {
            int leader = masters.leaderNumber();
            masters.stop((leader + 1) % 3);
            masters.stop((leader + 2) % 3);
            RatisQuorum alone = masters.quorum(leader);

            assertThat(refusal(get(alone.submit(masters.make("/a")))).kind())
                    .isIn(Refusal.Kind.OUTCOME_UNKNOWN, Refusal.Kind.NO_QUORUM);
            assertThat(alone.ask(lookup("/a"))).isInstanceOf(QueryResult.Refused.class);
            await(() -> !alone.leads());
            assertThat(refusal(get(alone.submit(masters.make("/a")))).kind()).isEqualTo(Refusal.Kind.NO_QUORUM);
        }
    }

    @Test
    void everythingThatWaitsIsToldWhenAMasterCloses() throws Exception {
        List<CompletableFuture<Outcome>> outcomes = new ArrayList<>();
        List<CompletableFuture<QueryResult>> answers = new ArrayList<>();
        try (Masters masters = Masters.three(directory)) {
            for (int i = 0; i < 3000; i++) {
                outcomes.add(masters.leader().submit(masters.make("/a")));
                answers.add(Masters.asking(masters.leader(), lookup("/a")));
            }
        }
        for (CompletableFuture<Outcome> outcome : outcomes) {
            assertThat(get(outcome)).isNotNull();
        }
        for (CompletableFuture<QueryResult> answer : answers) {
            assertThat(get(answer)).isNotNull();
        }
    }

    /** The body of a call stays small, however much is waiting. */
    @Test
    void largeOperationsKeepCallsSmall() throws Exception {
        try (Masters masters = Masters.three(directory)) {
            String long1 = "/" + "a".repeat(250);
            List<CompletableFuture<Outcome>> outcomes = new ArrayList<>();
            for (int i = 0; i < 4000; i++) {
                outcomes.add(masters.leader().submit(masters.make(long1.repeat(8) + i)));
            }
            for (CompletableFuture<Outcome> outcome : outcomes) {
                assertThat(get(outcome)).isEqualTo(new Outcome.Done());
            }

            assertThat(masters.network.largestBody()).isLessThan(2 << 20);
        }
    }

    /** Entries can be large, so their bytes count too. */
    @Test
    void aLogOfFewLargeEntriesIsPurgedToo() throws Exception {
        try (Masters masters = Masters.of(directory, 1, 100, 1 << 16)) {
            String longPath = ("/" + "a".repeat(250)).repeat(8);
            List<CompletableFuture<Outcome>> outcomes = new ArrayList<>();
            for (int i = 0; i < 3000; i++) {
                outcomes.add(masters.quorum(0).submit(masters.make(longPath + i)));
            }
            for (CompletableFuture<Outcome> outcome : outcomes) {
                assertThat(get(outcome)).isEqualTo(new Outcome.Done());
            }

            assertThat(masters.quorum(0).lastIndex()).isLessThan(100);
            await(() -> !checkpoints(masters.group(0)).isEmpty());
        }
    }

    /** Rule 8: a master without its log has no seat, and gets no new log. */
    @Test
    void aMissingLogEndsTheSeat() throws Exception {
        try (Masters masters = Masters.of(directory, 1, 50, 1 << 16)) {
            masters.done(masters.make("/a"));
            masters.stop(0);
            CheckpointFiles.remove(masters.home(0).resolve("log"));

            assertThatThrownBy(() -> masters.restart(0))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("seat is over");
            assertThatThrownBy(() -> masters.found(0)).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> masters.join(0)).isInstanceOf(IOException.class);
        }
    }

    /** Rule 8: a log restored from a copy lacks entries that this master vouched for. */
    @Test
    void anOlderLogEndsTheSeat() throws Exception {
        try (Masters masters = Masters.of(directory, 1, 20_000, 1 << 20)) {
            masters.done(masters.make("/a"));
            masters.stop(0);
            Path log = masters.home(0).resolve("log");
            Path copy = directory.resolve("copy");
            copy(log, copy);
            masters.restart(0);
            for (int i = 0; i < 20; i++) {
                masters.done(masters.make("/a"));
            }
            masters.stop(0);
            CheckpointFiles.remove(log);
            Files.move(copy, log);

            assertThatThrownBy(() -> masters.restart(0))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("seat is over");
        }
    }

    /** Rule 8: a damaged log is refused, not truncated and used. */
    @Test
    void aDamagedLogEndsTheSeat() throws Exception {
        try (Masters masters = Masters.of(directory, 1, 20_000, 1 << 20)) {
            for (int i = 0; i < 20; i++) {
                masters.done(masters.make("/a"));
            }
            masters.stop(0);
            Path segment = segment(masters);
            byte[] bytes = Files.readAllBytes(segment);
            bytes[200] ^= 1;
            Files.write(segment, bytes);

            assertThatThrownBy(() -> masters.restart(0)).isInstanceOf(IOException.class);
        }
    }

    private static Path segment(Masters masters) throws IOException {
        return segment(masters, 0);
    }

    private static Path segment(Masters masters, int node) throws IOException {
        try (var files = Files.list(masters.group(node).resolve("current"))) {
            return files.filter(file -> file.getFileName().toString().startsWith("log_"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    /**
     * The power failed while an entry was being written into the space that Ratis had allocated; it
     * was not acknowledged.
     */
    @Test
    void anEntryOfWhichOnlyAPartWasWrittenDoesNotEndTheSeat() throws Exception {
        try (Masters masters = Masters.of(directory, 1, 20_000, 1 << 20)) {
            for (int i = 0; i < 20; i++) {
                masters.done(masters.make("/a"));
            }
            masters.stop(0);
            Path segment = segment(masters);
            byte[] whole = Files.readAllBytes(segment);
            byte[] torn = Arrays.copyOf(whole, 1 << 16);
            torn[whole.length] = (byte) (9_000 & 0x7f | 0x80);
            torn[whole.length + 1] = (byte) (9_000 >> 7);
            System.arraycopy(whole, 8, torn, whole.length + 2, 500);
            Files.write(segment, torn);

            masters.restart(0);
            assertThat(masters.count("/a")).isEqualTo(20);
            masters.done(masters.make("/a"));
            masters.stop(0);
            masters.restart(0);
            assertThat(masters.count("/a")).isEqualTo(21);
        }
    }

    /**
     * The power of all masters failed while two entries were being written together: the earlier
     * one lacks a sector, the later one is whole.
     */
    @Test
    void aBatchThatWasTornInItsMiddleOnAllMastersEndsNoSeat() throws Exception {
        try (Masters masters = Masters.three(directory)) {
            for (int i = 0; i < 20; i++) {
                masters.done(masters.make("/a"));
            }
            masters.stopAll();
            for (int node = 0; node < 3; node++) {
                assertThat(ForcedMark.read(masters.home(node))).isNotEqualTo(ForcedMark.UNKNOWN);
                tearBatch(segment(masters, node));
                masters.restart(node);
            }

            assertThat(masters.count("/a")).isEqualTo(20);
            masters.done(masters.make("/a"));
            assertThat(masters.count("/a")).isEqualTo(21);
        }
    }

    private static void tearBatch(Path segment) throws IOException {
        byte[] whole = Files.readAllBytes(segment);
        SegmentBytes entries = new SegmentBytes(whole);
        SegmentBytes.Entry last = lastOf(entries);
        byte[] first = encoded(last.index() + 1, 2_000);
        byte[] second = encoded(last.index() + 2, 100);
        byte[] torn = Arrays.copyOf(whole, 1 << 16);
        System.arraycopy(first, 0, torn, last.end(), first.length);
        System.arraycopy(second, 0, torn, last.end() + first.length, second.length);
        int sector = (last.end() / SegmentBytes.SECTOR_BYTES + 1) * SegmentBytes.SECTOR_BYTES;
        Arrays.fill(torn, sector, sector + SegmentBytes.SECTOR_BYTES, (byte) 0);
        assertThat(new SegmentBytes(torn).firstEntryFrom(sector, last.index() + 2))
                .isPresent();
        Files.write(segment, torn);
    }

    private static SegmentBytes.Entry lastOf(SegmentBytes entries) {
        SegmentBytes.Entry last = entries.entryAt(SegmentBytes.HEADER_BYTES).orElseThrow();
        for (var next = entries.entryAt(last.end()); next.isPresent(); next = entries.entryAt(last.end())) {
            last = next.get();
        }
        return last;
    }

    /** An entry as Ratis writes it. */
    private static byte[] encoded(long index, int size) throws IOException {
        byte[] data = new byte[size];
        new Random(index).nextBytes(data);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        LogEntryProto.newBuilder()
                .setTerm(1)
                .setIndex(index)
                .setStateMachineLogEntry(StateMachineLogEntryProto.newBuilder().setLogData(ByteString.copyFrom(data)))
                .build()
                .writeDelimitedTo(bytes);
        CRC32C checksum = new CRC32C();
        checksum.update(bytes.toByteArray());
        bytes.writeBytes(ByteBuffer.allocate(Integer.BYTES)
                .putInt((int) checksum.getValue())
                .array());
        return bytes.toByteArray();
    }

    /** Rule 8: what was forced and committed cannot be torn, even if it looks torn. */
    @Test
    void aSectorThatIsMissingUpToTheMarkEndsTheSeat() throws Exception {
        try (Masters masters = Masters.of(directory, 1, 20_000, 1 << 20)) {
            stopMarked(masters);
            Path segment = segment(masters);
            byte[] rotten = Files.readAllBytes(segment);
            Arrays.fill(rotten, SegmentBytes.SECTOR_BYTES, 2 * SegmentBytes.SECTOR_BYTES, (byte) 0);
            Files.write(segment, rotten);

            assertThatThrownBy(() -> masters.restart(0))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("damaged");
            assertThat(segment).hasBinaryContent(rotten);
        }
    }

    @Test
    void aLogThatEndsBeforeTheMarkEndsTheSeat() throws Exception {
        try (Masters masters = Masters.of(directory, 1, 20_000, 1 << 20)) {
            stopMarked(masters);
            Path segment = segment(masters);
            byte[] bytes = Files.readAllBytes(segment);
            int end = new SegmentBytes(bytes)
                    .entryAt(SegmentBytes.HEADER_BYTES)
                    .orElseThrow()
                    .end();
            Files.write(segment, Arrays.copyOf(bytes, end));
            CheckpointFiles.remove(masters.home(0).resolve("state")); // the state would show the loss as well

            assertThatThrownBy(() -> masters.restart(0))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("on stable storage")
                    .hasMessageContaining("seat is over");
        }
    }

    private static void stopMarked(Masters masters) throws Exception {
        for (int i = 0; i < 20; i++) {
            masters.done(masters.make("/a"));
        }
        Masters.await(() -> markOf(masters) >= masters.quorum(0).lastIndex());
        masters.stop(0);
    }

    private static long markOf(Masters masters) {
        try {
            return ForcedMark.read(masters.home(0));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Rule 8: once forcing the log to disk failed, the master is out, also after a restart. */
    @Test
    void aFailedForceOfTheLogEndsTheSeatForGood() throws Exception {
        try (Masters masters = Masters.of(directory, 1, 20_000, 1 << 20)) {
            masters.stop(0);
            VotingRight votingRight = VotingRight.resume(masters.home(0), masters.cluster);
            votingRight.failed(new IOException("the log failed", failedForce("Input/output error")));

            assertThat(votingRight.mayGoOn()).isFalse();
            assertThatThrownBy(() -> masters.restart(0))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("the log failed")
                    .hasMessageContaining("seat is over");
        }
    }

    private static IOException failedForce(String text) {
        IOException failure = new IOException(text);
        failure.setStackTrace(new StackTraceElement[] {
            new StackTraceElement("sun.nio.ch.FileChannelImpl", "force", "FileChannelImpl.java", 1),
            new StackTraceElement("org.apache.ratis.BufferedWriteChannel", "flush", "BufferedWriteChannel.java", 1)
        });
        return failure;
    }

    /** As on a thin volume, or a network file system, where fsync says that there is no room. */
    @ParameterizedTest
    @ValueSource(strings = {"No space left on device", "Disk quota exceeded"})
    void anFsyncWithoutRoomEndsTheSeatOnlyUntilTheLogIsWrittenAgain(String text) throws Exception {
        try (Masters masters = Masters.of(directory, 1, 20_000, 1 << 20)) {
            masters.done(masters.make("/a"));
            RatisQuorum full = masters.quorum(0);
            IOException failure = failedForce(text);
            full.failed(failure);
            full.failed(new IOException("Log already failed at index 7", failure)); // the next entry in the queue

            assertThat(full.isAlive()).isFalse();
            assertThat(full.isOver()).isFalse();
            assertThat(full.mayRestart()).isTrue();
            Path ended = masters.home(0).resolve("ended");
            assertThat(ended).content().endsWith(text + "\n");
            assertThat(get(full.submit(masters.make("/b")))).isInstanceOf(Outcome.Refused.class);
            masters.stop(0);
            Path segment = segment(masters);
            Object before = Files.getAttribute(segment, "unix:ino");
            masters.restart(0);
            assertThat(masters.count("/a")).isEqualTo(1);
            assertThat(ended).doesNotExist();
            assertThat(Files.getAttribute(segment(masters), "unix:ino"))
                    .as("the log was written again")
                    .isNotEqualTo(before);
        }
    }

    /** Without it, the log would be used without being written again. */
    @Test
    void aMasterDoesNotGoOnBeforeTheEndIsWritten() throws Exception {
        try (Masters masters = Masters.of(directory, 1, 20_000, 1 << 20)) {
            masters.stop(0);
            VotingRight votingRight = VotingRight.resume(masters.home(0), masters.cluster);
            Path ended = Files.createDirectories(masters.home(0).resolve("ended/in-the-way"));
            votingRight.failed(failedForce("No space left on device"));
            assertThat(votingRight.mayGoOn()).isFalse();
            assertThat(votingRight.endReason()).isEmpty();

            Files.delete(ended);
            Files.delete(masters.home(0).resolve("ended"));
            assertThat(votingRight.mayGoOn()).isTrue();
            assertThat(masters.home(0).resolve("ended")).content().contains("No space left on device");
        }
    }

    @Test
    void anFsyncThatFailedOtherwiseAsWellEndsTheSeatForGood() throws Exception {
        try (Masters masters = Masters.of(directory, 1, 20_000, 1 << 20)) {
            masters.stop(0);
            VotingRight votingRight = VotingRight.resume(masters.home(0), masters.cluster);
            votingRight.failed(failedForce("No space left on device"));
            votingRight.failed(failedForce("Input/output error"));
            votingRight.failed(failedForce("No space left on device"));

            assertThat(votingRight.mayGoOn()).isFalse();
            assertThat(VotingRight.lost(masters.home(0), masters.cluster)).isPresent();
        }
    }

    /** While a slow disk is being closed: Ratis closes the file under the thread that writes. */
    @Test
    void aFileThatWasClosedBeforeItsFsyncEndsNoSeat() throws Exception {
        FileChannel channel =
                FileChannel.open(directory.resolve("file"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        channel.close();
        Throwable closed = catchThrowable(() -> channel.force(true));
        try (Masters masters = Masters.of(directory, 1, 20_000, 1 << 20)) {
            masters.done(masters.make("/a"));
            RatisQuorum stopped = masters.quorum(0);
            masters.stop(0);
            stopped.failed(closed);

            assertThat(stopped.isOver()).isFalse();
            masters.restart(0);
            assertThat(masters.count("/a")).isEqualTo(1);
        }
    }

    /** Nothing was acknowledged that was not written. */
    @Test
    void aFullDiskUnderTheLogDoesNotEndTheSeat() throws Exception {
        try (Masters masters = Masters.of(directory, 1, 20_000, 1 << 20)) {
            masters.done(masters.make("/a"));
            masters.stop(0);
            VotingRight votingRight = VotingRight.resume(masters.home(0), masters.cluster);
            votingRight.failed(new IOException("No space left on device"));

            assertThat(votingRight.mayGoOn()).isTrue();
            assertThat(votingRight.trouble()).isPresent();
            masters.restart(0);
            assertThat(masters.count("/a")).isEqualTo(1);
        }
    }

    @Test
    void aMasterWhoseStateCannotBeWrittenGoesOnInTheSameProcess() throws Exception {
        IOException full = new IOException("No space left on device");
        RatisQuorum stopped = stoppedBy("/full", new UncheckedIOException(full), masters -> {
            masters.restart(0);
            assertThat(masters.count("/full")).isEqualTo(1);
        });
        assertThat(stopped.mayRestart()).isTrue();
    }

    @Test
    void aFaultOfTheProgramStopsAMasterUntilItIsMended() throws Exception {
        RatisQuorum stopped = stoppedBy("/fault", new IllegalArgumentException("a fault"), masters -> {
            masters.restart(0);
            assertThat(masters.count("/fault")).isEqualTo(1);
        });
        assertThat(stopped.mayRestart()).isFalse();
    }

    private interface Rest {
        void with(Masters masters) throws Exception;
    }

    /** Makes a master fail to apply an entry; runs {@code rest} once it stopped. */
    private RatisQuorum stoppedBy(String path, RuntimeException failure, Rest rest) throws Exception {
        try (Masters masters = Masters.of(directory, 1, 20_000, 1 << 20)) {
            CountingState.fails(path, failure);
            RatisQuorum master = masters.quorum(0);
            var outcome = master.submit(masters.make(path));
            Masters.await(() -> !master.isAlive());

            assertThat(get(outcome)).isInstanceOf(Outcome.Refused.class);
            assertThat(master.isOver()).isFalse();
            assertThat(get(master.submit(masters.make("/more")))).isInstanceOf(Outcome.Refused.class);
            CountingState.failsNoMore(path);
            masters.stop(0);
            rest.with(masters);
            return master;
        } finally {
            CountingState.failsNoMore(path);
        }
    }

    @Test
    void aLogThatIsInUseIsNotOpenedTwice() throws Exception {
        try (Masters masters = Masters.of(directory, 1, 20_000, 1 << 20)) {
            assertThatThrownBy(() -> masters.restart(0))
                    .isInstanceOf(StillInUseException.class)
                    .matches(failure -> RatisQuorum.mayPass((IOException) failure));
            masters.done(masters.make("/a"));
        }
    }

    /**
     * An earlier release took a full disk for a failed log, and often could not even write the
     * reason.
     */
    @ParameterizedTest
    @ValueSource(strings = {"", "the quorum's log or state failed: No space left on device\n"})
    void anEndThatWasAFullDiskIsTakenBack(String reason) throws Exception {
        try (Masters masters = Masters.of(directory, 1, 20_000, 1 << 20)) {
            masters.done(masters.make("/a"));
            masters.stop(0);
            Path ended = Files.writeString(masters.home(0).resolve("ended"), reason);

            masters.restart(0);
            assertThat(masters.count("/a")).isEqualTo(1);
            assertThat(ended).doesNotExist();
        }
    }

    @Test
    void anEndStaysWhereTheLogIsDamaged() throws Exception {
        try (Masters masters = Masters.of(directory, 1, 20_000, 1 << 20)) {
            masters.done(masters.make("/a"));
            masters.stop(0);
            Path ended = Files.writeString(masters.home(0).resolve("ended"), "");
            Path segment = segment(masters);
            byte[] bytes = Files.readAllBytes(segment);
            bytes[60] ^= 1;
            Files.write(segment, bytes);

            assertThatThrownBy(() -> masters.restart(0)).isInstanceOf(IOException.class);
            assertThat(ended).exists();
            assertThat(segment).hasBinaryContent(bytes);
        }
    }

    /** The log is intact: the master continues with the later release. */
    @Test
    void anEntryOfALaterReleaseStopsAMasterAndDoesNotEndItsSeat() throws Exception {
        try (Masters masters = Masters.of(directory, 1, 20_000, 1 << 20)) {
            masters.done(masters.make("/a"));
            RatisQuorum old = masters.leader();
            var unknown = old.submit(masters.make(CountingState.LATER));
            await(() -> !old.isAlive());
            assertThat(get(unknown)).isInstanceOf(Outcome.Refused.class);
            assertThat(old.isOver()).isFalse();
            masters.stop(0);
            CountingState.isLater(true);
            masters.restart(0);
            assertThat(masters.count(CountingState.LATER)).isEqualTo(1);
            assertThat(masters.count("/a")).isEqualTo(1);
        } finally {
            CountingState.isLater(false);
        }
    }

    @Test
    void anEntryWithALaterVersionOrAnUnknownCommandIsRefusedInPlainWords() {
        StateMessages.Batch version =
                StateMessages.Batch.newBuilder().setVersion(3).build();
        StateMessages.Batch command = StateMessages.Batch.newBuilder()
                .setVersion(1)
                .addOperations(StateMessages.Operation.newBuilder().setSession(1))
                .build();
        assertThatThrownBy(() -> LogEntryCodec.read(7, new LogEntryCodec.Entry(version).getContent()))
                .isInstanceOf(LaterReleaseException.class)
                .hasMessageContaining("entry 7 of the quorum's log has version 3")
                .hasMessageContaining("start the release that wrote it");
        assertThatThrownBy(() -> LogEntryCodec.read(7, new LogEntryCodec.Entry(command).getContent()))
                .isInstanceOf(LaterReleaseException.class)
                .hasMessageContaining("of a kind that this release does not know");
    }

    /** A release that does not look at conditions must not apply a conditional operation. */
    @Test
    void onlyAnEntryWithWhatReleaseOneDoesNotKnowHasTheSecondVersion() {
        Operation plain = new Operation(new SessionId(1), 1, 0, new Command.MakeDirectory(RemotePath.parse("/a")));
        Operation conditional = new Operation(
                new SessionId(1), 1, 0, plain.command(), List.of(Condition.absent(RemotePath.parse("/a"))));
        StateMessages.Batch.Builder batch = StateMessages.Batch.newBuilder().addOperations(CommandCodec.to(plain));
        assertThat(LogEntryCodec.version(batch)).isEqualTo(1);
        Operation small = new Operation(new SessionId(1), 1, 0, new Command.Reserve(1, -1, 0, new ChunkSize(1 << 20)));
        assertThat(LogEntryCodec.version(StateMessages.Batch.newBuilder().addOperations(CommandCodec.to(small))))
                .isEqualTo(2);
        assertThat(restoring("N")).isEqualTo(1);
        assertThat(restoring("H")).isEqualTo(2);
        batch.addOperations(CommandCodec.to(conditional)).setVersion(2);
        assertThat(LogEntryCodec.version(batch)).isEqualTo(2);
        assertThat(LogEntryCodec.read(7, new LogEntryCodec.Entry(batch.build()).getContent()))
                .isEqualTo(batch.build());
    }

    private static int restoring(String key) {
        Command.Row row = new Command.Row(key.getBytes(StandardCharsets.UTF_8), new byte[1]);
        return LogEntryCodec.version(StateMessages.Batch.newBuilder()
                .addOperations(CommandCodec.to(Operation.unnumbered(new Command.Restore(List.of(row))))));
    }

    /** Rule 13: a call that names another node is refused. */
    @Test
    void aCallForAnotherNodeIsRefused() throws Exception {
        try (Masters masters = Masters.three(directory)) {
            int leader = masters.leaderNumber();
            int other = (leader + 1) % 3;
            byte[] meantForOther = new LeadershipCheck.Confirm(n(leader), n(9), 1).toBytes();

            assertThat(masters.quorum(other).receive("confirm", meantForOther)).containsExactly(0);
            assertThatThrownBy(() -> masters.quorum(other).receive("nonsense", new byte[3]))
                    .isInstanceOf(IOException.class);
            assertThatThrownBy(() -> masters.quorum(other).receive("append", new byte[] {1, 2, 3}))
                    .isInstanceOf(IOException.class);
        }
    }

    private static Refusal refusal(Outcome outcome) {
        return ((Outcome.Refused) outcome).refusal();
    }

    private static RatisQuorum leaderOf(Masters masters) {
        try {
            return masters.leader();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static long applied(RatisQuorum quorum) {
        return quorum.appliedIndex();
    }

    private static List<Path> checkpoints(Path group) {
        try {
            return CheckpointFiles.directoriesIn(group.resolve("sm"), "checkpoint.");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (var files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file)));
            }
        }
    }
}
