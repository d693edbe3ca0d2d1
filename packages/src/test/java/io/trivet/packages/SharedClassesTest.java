package io.trivet.packages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file of shared classes is the same at each build. */
final class SharedClassesTest {
    private static final int BYTES = 100_000;

    @TempDir
    Path directory;

    @Test
    void whatDiffersBetweenTwoDumpsIsZeroAndAllElseStays() throws Exception {
        byte[] dump = new byte[BYTES];
        java.util.Arrays.fill(dump, (byte) 7);
        ByteBuffer other = ByteBuffer.wrap(dump.clone()).order(ByteOrder.nativeOrder());
        other.put(5, (byte) 1);
        other.putLong(50_000, other.getLong(50_000) + 1).putLong(BYTES - 8, other.getLong(BYTES - 8) + 600_000);
        Path kept = Files.write(directory.resolve("kept"), dump);
        SharedClasses.level(kept, Files.write(directory.resolve("other"), other.array()));
        ByteBuffer expected = ByteBuffer.wrap(dump.clone());
        expected.putInt(4, 0).putLong(50_000, 0).putLong(BYTES - 8, 0);
        assertThat(Files.readAllBytes(kept)).isEqualTo(expected.array());
    }

    /** To set a reference to zero would be to make another program. */
    @Test
    void whatIsNoLaterTimeMayNotDiffer() throws Exception {
        for (long step : new long[] {-1, 600_001, 1L << 32}) {
            ByteBuffer other = ByteBuffer.allocate(BYTES).order(ByteOrder.nativeOrder());
            other.putLong(50_000, step);
            Path kept = Files.write(directory.resolve("kept"), new byte[BYTES]);
            assertThatThrownBy(() -> SharedClasses.level(kept, Files.write(directory.resolve("other"), other.array())))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("at 50000");
        }
    }

    @Test
    void dumpsThatHaveLittleInCommonAreRefused() throws Exception {
        Path kept = Files.write(directory.resolve("kept"), new byte[BYTES]);
        byte[] other = new byte[BYTES];
        java.util.Arrays.fill(other, (byte) 1);
        assertThatThrownBy(() -> SharedClasses.level(kept, Files.write(directory.resolve("other"), other)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("differ in");
        assertThatThrownBy(
                        () -> SharedClasses.level(kept, Files.write(directory.resolve("longer"), new byte[BYTES + 8])))
                .hasMessageContaining("length");
    }
}
