package io.trivet.quorum;

import static io.trivet.quorum.Masters.await;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rule 8: a log restored from an older copy does not vote before it has caught up. */
class LogRecoveryTest {
    private static final int FOLLOWER = 1;

    @TempDir
    private Path directory;

    private static void copy(Path from, Path to) throws IOException {
        CheckpointFiles.remove(to);
        try (Stream<Path> all = Files.walk(from)) {
            for (Path path : all.toList()) {
                Files.copy(path, to.resolve(from.relativize(path).toString()), StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
    }

    private Path copyOf(int node) {
        return directory.resolve("copy-of-n" + node);
    }

    /** Stops the master, copies its files and restarts it: the copy is of an earlier run. */
    private void copyAndGoOn(Masters masters, int node) throws Exception {
        masters.stop(node);
        copy(masters.home(node), copyOf(node));
        masters.restart(node);
        await(() -> masters.quorum(node).isSettled());
    }

    private void putBack(Masters masters, int node) throws Exception {
        masters.stop(node);
        copy(copyOf(node), masters.home(node));
    }

    /** The leader is not the restored master, so the copy ends before the log of the others. */
    private static int otherThan(Masters masters, int node) throws Exception {
        int leader = masters.leaderNumber();
        if (leader == node) {
            Masters.get(masters.leader().handOver(Masters.n((node + 1) % 3)));
            await(() -> !masters.quorum(node).leads());
            return masters.leaderNumber();
        }
        return leader;
    }

    @Test
    void aMasterThatWasPutBackDoesNotElectOneThatWasAwayMeanwhile() throws Exception {
        try (Masters masters = Masters.three(directory)) {
            copyAndGoOn(masters, FOLLOWER);
            masters.done(masters.make("/old"));
            int leader = otherThan(masters, FOLLOWER);
            int away = 3 - FOLLOWER - leader;
            masters.stop(away);
            masters.done(masters.make("/acknowledged"));
            putBack(masters, FOLLOWER);
            masters.stop(leader);

            masters.restart(FOLLOWER);
            masters.restart(away);
            await(() -> masters.quorum(away).isSettled());
            assertThat(leadsSoon(masters, FOLLOWER, away)).isFalse();

            masters.restart(leader);
            assertThat(masters.count("/acknowledged")).isEqualTo(1);
            await(() -> masters.quorum(FOLLOWER).isSettled());
        }
    }

    /** Whether one of these leads within the time of a few elections. */
    private static boolean leadsSoon(Masters masters, int... nodes) throws InterruptedException {
        long end = System.nanoTime()
                + masters.settings(0).electionMax().multipliedBy(5).toNanos();
        while (System.nanoTime() < end) {
            for (int node : nodes) {
                if (masters.quorum(node).leads()) {
                    return true;
                }
            }
            Thread.sleep(10);
        }
        return false;
    }

    @Test
    void aCopyOfThisVeryRunIsFoundOutByWhatItAcknowledged() throws Exception {
        try (Masters masters = Masters.three(directory)) {
            copyAndGoOn(masters, FOLLOWER);
            int leader = otherThan(masters, FOLLOWER);
            int away = 3 - FOLLOWER - leader;
            masters.done(masters.make("/told"));
            await(() -> masters.quorum(FOLLOWER).appliedIndex()
                    == masters.quorum(leader).appliedIndex());
            int recalls = masters.network.callsTo(Masters.n(away), "recall");
            await(() -> masters.network.callsTo(Masters.n(away), "recall") > recalls + 3);
            masters.stop(away);
            masters.done(masters.make("/acknowledged"));
            masters.stop(FOLLOWER);
            Path now = masters.home(FOLLOWER).resolve("incarnation");
            Files.copy(now, copyOf(FOLLOWER).resolve("incarnation"), StandardCopyOption.REPLACE_EXISTING);
            putBack(masters, FOLLOWER);
            masters.stop(leader);

            masters.restart(FOLLOWER);
            masters.restart(away);
            await(() -> masters.quorum(away).isSettled());
            assertThat(leadsSoon(masters, FOLLOWER, away)).isFalse();

            masters.restart(leader);
            assertThat(masters.count("/acknowledged")).isEqualTo(1);
        }
    }

    @Test
    void whereTheOthersAreUpItCatchesUpAndThenVotesAgain() throws Exception {
        try (Masters masters = Masters.three(directory)) {
            copyAndGoOn(masters, FOLLOWER);
            masters.done(masters.make("/acknowledged"));
            int leader = otherThan(masters, FOLLOWER);
            putBack(masters, FOLLOWER);
            masters.restart(FOLLOWER);
            await(() -> masters.quorum(FOLLOWER).isSettled());
            masters.stop(leader);
            assertThat(masters.count("/acknowledged")).isEqualTo(1);
            masters.stop(FOLLOWER);
            masters.restart(FOLLOWER);
            assertThat(masters.count("/acknowledged")).isEqualTo(1);
        }
    }

    @Test
    void allThreePutBackFromCopiesOfDifferentTimesComeBack() throws Exception {
        try (Masters masters = Masters.three(directory)) {
            for (int node = 0; node < 3; node++) {
                masters.done(masters.make("/before-" + node));
                copyAndGoOn(masters, node);
            }
            masters.done(masters.make("/after"));
            for (int node = 0; node < 3; node++) {
                putBack(masters, node);
            }
            for (int node = 0; node < 3; node++) {
                masters.restart(node);
            }
            assertThat(masters.count("/before-2")).isEqualTo(1);
        }
    }

    @Test
    void afterAPowerCutAllThreeComeBackByThemselves() throws Exception {
        try (Masters masters = Masters.three(directory)) {
            masters.done(masters.make("/acknowledged"));
            masters.stopAll();
            for (int node = 0; node < 3; node++) {
                masters.restart(node);
            }
            assertThat(masters.count("/acknowledged")).isEqualTo(1);
        }
    }

    @Test
    void oneThatIsDeadDoesNotBlockTheTwoOthers() throws Exception {
        try (Masters masters = Masters.three(directory)) {
            masters.done(masters.make("/acknowledged"));
            masters.stopAll();
            masters.restart(0);
            masters.restart(2);
            assertThat(masters.count("/acknowledged")).isEqualTo(1);
        }
    }

    @Test
    void anOlderLogStaysOlderHoweverOftenItIsStarted() throws Exception {
        try (Masters masters = Masters.three(directory)) {
            copyAndGoOn(masters, FOLLOWER);
            int leader = otherThan(masters, FOLLOWER);
            int away = 3 - FOLLOWER - leader;
            masters.stop(away);
            masters.done(masters.make("/acknowledged"));
            putBack(masters, FOLLOWER);
            masters.stop(leader);
            masters.restart(away);
            for (int start = 0; start < 4; start++) {
                masters.restart(FOLLOWER);
                Path incarnation = masters.home(FOLLOWER).resolve("incarnation");
                await(() -> isOlder(incarnation));
                masters.stop(FOLLOWER);
            }
            masters.restart(FOLLOWER);
            await(() -> masters.quorum(away).isSettled());
            assertThat(leadsSoon(masters, FOLLOWER, away)).isFalse();
        }
    }

    private static boolean isOlder(Path incarnation) {
        try {
            return Files.readString(incarnation).contains("older true");
        } catch (IOException e) {
            return false;
        }
    }
}
