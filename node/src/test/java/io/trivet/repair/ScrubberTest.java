package io.trivet.repair;

import static io.trivet.repair.OneNode.file;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trivet.model.ChunkId;
import io.trivet.model.ScrubReport;
import io.trivet.model.Slot;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * All chunks are read; bad ones are quarantined, never deleted; the position of a round survives a
 * restart.
 */
final class ScrubberTest implements Scrubber.Memory {
    private static final Duration PERIOD = Duration.ofHours(1);

    @TempDir
    Path disk;

    private OneNode node;
    private ScrubProgress kept = ScrubProgress.NONE;

    @BeforeEach
    void open() throws IOException {
        node = new OneNode(disk);
    }

    @AfterEach
    void close() throws IOException {
        node.close();
    }

    @Override
    public ScrubProgress recall() {
        return kept;
    }

    @Override
    public void keep(ScrubProgress progress) {
        kept = progress;
    }

    private Scrubber scrubber() {
        return new Scrubber(node.store, this, PERIOD, node.losses::get);
    }

    /** Until a round is complete; answers how long all of it rested. */
    private static Duration round(Scrubber scrubber) {
        Duration rested = Duration.ZERO;
        for (int step = 0; scrubber.report().completedMs() == 0; step++) {
            assertThat(step).isLessThan(10_000);
            rested = rested.plus(scrubber.step());
        }
        return rested;
    }

    @Test
    void everyChunkIsRead() {
        for (int number = 1; number <= 7; number++) {
            node.put(file(1, number), number);
        }
        Scrubber scrubber = scrubber();
        Duration rested = round(scrubber);
        ScrubReport report = scrubber.report();
        assertThat(report.chunks()).isEqualTo(7);
        assertThat(report.bytes()).isEqualTo(7 * 65_536);
        assertThat(report.bad()).isZero();
        // At the lowest rate of 1 MiB/s.
        assertThat(rested).isEqualTo(Duration.ofNanos(7 * 62_500_000L));
    }

    @Test
    void badReplicasAreQuarantinedAndCounted() throws IOException {
        ChunkId data = node.put(file(1, 1), 1);
        ChunkId trailer = node.put(file(1, 2), 2);
        ChunkId sound = node.put(file(1, 3), 3);
        node.flip(data, 1000);
        node.flip(trailer, -30);
        Scrubber scrubber = scrubber();
        round(scrubber);
        assertThat(scrubber.report().bad()).isEqualTo(2);
        assertThat(node.held()).containsExactly(sound);
        assertThat(node.quarantined()).isEqualTo(2);
    }

    @Test
    void aRoundThatIsDoneEarlyIsFollowedByTheNextInItsTime() {
        node.put(file(1, 1), 1);
        Scrubber scrubber = scrubber();
        round(scrubber);
        assertThat(scrubber.step()).isPositive();
        assertThat(scrubber.report().chunks()).isEqualTo(1);
    }

    @Test
    void aRestartGoesOnWhereTheRoundStood() {
        node.put(file(1, 1), 1);
        kept = new ScrubProgress(OneNode.FIRST.number(), 5, new ScrubReport(10, 20, 3, 0));
        Scrubber scrubber = scrubber();
        scrubber.step();
        scrubber.step();
        assertThat(scrubber.report().chunks()).isEqualTo(11);
        assertThat(scrubber.report().bad()).isEqualTo(3);
        assertThat(scrubber.report().completedMs()).isPositive();
        assertThat(kept.slot()).isEqualTo(Slot.COUNT);
    }

    @Test
    void progressIsWrittenAndReadBack() {
        ScrubProgress progress = new ScrubProgress(7, 8, new ScrubReport(1, 2, 3, 4));
        assertThat(ScrubProgress.parse(progress.text())).isEqualTo(progress);
        assertThatThrownBy(() -> ScrubProgress.parse("1 2 3")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ScrubProgress.parse("9999 2 3 4 5 6")).isInstanceOf(IllegalArgumentException.class);
    }
}
