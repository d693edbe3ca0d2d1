package io.trivet.quorum;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The mark may be old, but is never ahead of the log; a damaged one is ignored. */
final class ForcedMarkTest {
    @TempDir
    Path directory;

    private final AtomicLong nanos = new AtomicLong();

    private ForcedMark mark() throws IOException {
        return new ForcedMark(directory, nanos::get);
    }

    private void aSecondPasses() {
        nanos.addAndGet(Duration.ofSeconds(1).toNanos());
    }

    private void written(long entry) throws IOException {
        ForcedMark mark = mark();
        aSecondPasses();
        mark.reached(entry);
    }

    @Test
    void withoutAFileAnythingMayHaveBeenForced() throws IOException {
        assertThat(ForcedMark.read(directory)).isEqualTo(ForcedMark.UNKNOWN);
    }

    @Test
    void aLogThatWasReadAndHasNoneBeginsWithOneThatSaysNothing() throws IOException {
        mark();

        assertThat(ForcedMark.read(directory)).isEqualTo(-1);
    }

    @Test
    void itIsKeptOverAStart() throws IOException {
        written(1234);
        mark();

        assertThat(ForcedMark.read(directory)).isEqualTo(1234);
    }

    @Test
    void itIsWrittenOnceASecondAndNeverGoesBack() throws IOException {
        ForcedMark mark = mark();
        mark.reached(5);
        assertThat(ForcedMark.read(directory)).isEqualTo(-1);
        aSecondPasses();
        mark.reached(7);
        mark.reached(8);
        assertThat(ForcedMark.read(directory)).isEqualTo(7);
        aSecondPasses();
        mark.reached(6);
        assertThat(ForcedMark.read(directory)).isEqualTo(7);
    }

    @Test
    void cutOrZeroedAtAnyByteItSaysNothingAndIsMadeAnew() throws IOException {
        written(1234);
        Path file = directory.resolve("forced");
        byte[] whole = Files.readAllBytes(file);
        for (int at = 0; at < whole.length - 1; at++) {
            Files.write(file, Arrays.copyOf(whole, at));
            assertThat(ForcedMark.read(directory)).as("cut at " + at).isEqualTo(ForcedMark.UNKNOWN);
            byte[] zeroed = whole.clone();
            Arrays.fill(zeroed, at, whole.length, (byte) 0);
            Files.write(file, zeroed);
            assertThat(ForcedMark.read(directory)).as("zeros from " + at).isEqualTo(ForcedMark.UNKNOWN);
            mark();
            assertThat(ForcedMark.read(directory)).isEqualTo(-1);
        }
    }

    @Test
    void aNumberThatRottedIsNotBelieved() throws IOException {
        written(1234);
        Path file = directory.resolve("forced");
        Files.writeString(file, Files.readString(file).replace("entry 1234", "entry 9234"));

        assertThat(ForcedMark.read(directory)).isEqualTo(ForcedMark.UNKNOWN);
    }

    @Test
    void whatIsNoTextSaysNothing() throws IOException {
        Files.write(directory.resolve("forced"), new byte[] {(byte) 0xc3, 0x28, (byte) 0xff});

        assertThat(ForcedMark.read(directory)).isEqualTo(ForcedMark.UNKNOWN);
    }

    @Test
    void whatCannotBeWrittenIsWrittenLater() throws IOException {
        ForcedMark mark = mark();
        Path blocked = Files.createDirectories(directory.resolve("forced.new/in-the-way"));
        aSecondPasses();
        mark.reached(9);
        assertThat(ForcedMark.read(directory)).isEqualTo(-1);
        Files.delete(blocked);
        Files.delete(blocked.getParent());
        aSecondPasses();
        mark.reached(9);

        assertThat(ForcedMark.read(directory)).isEqualTo(9);
    }
}
