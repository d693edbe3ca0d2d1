package io.trivet.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LocalTargetTest {
    @TempDir
    Path directory;

    private Path there() throws IOException {
        return Files.writeString(directory.resolve("there"), "x");
    }

    @Test
    void nothingAndAFileAreReplaceable() throws IOException {
        assertThat(LocalTarget.of(directory.resolve("new"))).isInstanceOf(LocalTarget.Replaceable.class);
        assertThat(LocalTarget.of(there())).isEqualTo(new LocalTarget.Replaceable(directory.resolve("there")));
    }

    @Test
    void aLinkStaysAndWhatItLeadsToIsReplaced() throws IOException {
        Path link = Files.createSymbolicLink(directory.resolve("link"), there());
        assertThat(LocalTarget.of(link)).isEqualTo(new LocalTarget.Replaceable(there().toRealPath()));
    }

    @Test
    void aLinkToNothingIsRefused() throws IOException {
        Path link = Files.createSymbolicLink(directory.resolve("link"), Path.of("nothing"));
        assertRefused(link, Refusal.Kind.NO_SUCH_FILE);
    }

    @Test
    void aFifoTakesBytesAndIsNoWholeFile() throws Exception {
        Assumptions.assumeTrue(Files.exists(Path.of("/usr/bin/mkfifo")));
        Path fifo = directory.resolve("fifo");
        new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor();
        assertThat(LocalTarget.of(fifo)).isInstanceOf(LocalTarget.Sink.class);
        assertThatThrownBy(() -> LocalTarget.replaceable(fifo)).isInstanceOf(TrivetException.class);
    }

    @Test
    void aDeviceIsNeverReplacedAlsoThroughALink() throws IOException {
        Assumptions.assumeTrue(Files.exists(Path.of("/dev/null")));
        Path link = Files.createSymbolicLink(directory.resolve("link"), Path.of("/dev/null"));
        assertThat(LocalTarget.of(link)).isEqualTo(new LocalTarget.Sink(Path.of("/dev/null")));
    }

    /**
     * {@code /dev/stdout} may point to a file that a shell has open: a rename over that file would
     * separate the two.
     */
    @Test
    void anOpenStreamIsWrittenToWhateverItIs() {
        Assumptions.assumeTrue(Files.exists(Path.of("/dev/stdout")));
        assertThat(LocalTarget.of(Path.of("/dev/stdout"))).isInstanceOf(LocalTarget.Sink.class);
    }

    @Test
    void directoriesAndSocketsAreRefused() throws IOException {
        assertRefused(directory, Refusal.Kind.IS_A_DIRECTORY);
        Path socket = directory.resolve("socket");
        try (ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.bind(UnixDomainSocketAddress.of(socket));
            assertRefused(socket, Refusal.Kind.ALREADY_EXISTS);
        }
    }

    private static void assertRefused(Path path, Refusal.Kind kind) {
        assertThatThrownBy(() -> LocalTarget.of(path))
                .isInstanceOfSatisfying(
                        TrivetException.class, e -> assertThat(e.kind()).isEqualTo(kind));
    }

    @Test
    void whatALocalFileCanKeepOfATimeComesBackTheSame() throws IOException {
        Path file = there();
        for (String text : new String[] {
            "1969-01-01T00:00:00.500Z",
            "1969-12-31T23:59:59.999Z",
            "2026-11-28T12:00:00.123456789Z",
            "0001-01-01T00:00:00Z",
            "9999-01-01T00:00:00Z"
        }) {
            Instant time = Instant.parse(text);
            Files.setLastModifiedTime(file, java.nio.file.attribute.FileTime.from(FileTimes.settable(time)));
            Instant kept = Files.getLastModifiedTime(file).toInstant();
            // Before 1901 and after 2446 the file system itself stores less.
            boolean keepable = time.isAfter(Instant.parse("1902-01-01T00:00:00Z"))
                    && time.isBefore(Instant.parse("2262-01-01T00:00:00Z"));
            if (keepable) {
                assertThat(FileTimes.compare(kept, time, 1)).as(text).isZero();
            }
            assertThat(FileTimes.settable(FileTimes.settable(time))).isEqualTo(FileTimes.settable(time));
        }
    }

    /**
     * Times that differ only by what a file system or an earlier release cut off are equal; others
     * differ.
     */
    @Test
    void timesAreComparedByWhatTheCoarserSideKeeps() throws IOException {
        Instant time = Instant.parse("2026-11-29T01:02:03.123456789Z");
        assertThat(FileTimes.compare(there(), time, time)).isZero();
        assertThat(FileTimes.compare(there(), time.plusNanos(1), time)).isPositive();
        Instant old = Instant.parse("2026-11-29T01:02:03.123Z");
        assertThat(FileTimes.compare(there(), time, old))
                .as("recorded by an earlier release")
                .isZero();
        assertThat(FileTimes.compare(there(), time.plusMillis(1), old)).isPositive();

        long fat = FileTimes.grainNanos("vfat");
        assertThat(FileTimes.compare(Instant.parse("2026-11-29T01:02:02Z"), time, fat))
                .isZero();
        assertThat(FileTimes.compare(Instant.parse("2026-11-29T01:02:04Z"), time, fat))
                .isPositive();
        assertThat(FileTimes.compare(Instant.parse("2026-11-29T01:02:03Z"), time, FileTimes.grainNanos("ext3")))
                .isZero();
        assertThat(FileTimes.grainNanos("xfs")).isEqualTo(1);
    }
}
