package io.trivet.faults.powerloss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests the same disk through the kernel, as a node uses it. */
@Timeout(60)
class PowerLossMachineTest {
    private static final long BYTES = 16 << 20;

    @TempDir
    static Path base;

    private static PowerLossMachine machine;
    private static Path disk;
    private static int tests;

    private Path directory;

    @BeforeAll
    static void start() throws IOException {
        String missing = PowerLossMachine.lacks();
        if (!missing.isEmpty()) {
            System.out.println("skipped: power losses, which need " + missing);
        }
        assumeTrue(missing.isEmpty(), missing);
        machine = PowerLossMachine.start(base.resolve("log"));
        disk = base.resolve("disk");
        machine.mount(disk, base.resolve("backing"), BYTES);
    }

    @AfterAll
    static void end() throws IOException {
        if (machine != null) {
            machine.close();
            assertThat(Files.readString(base.resolve("log"))).doesNotContain("Exception", "left behind");
            assertThat(Files.readString(Path.of("/proc/self/mounts"))).doesNotContain(base.toString());
        }
    }

    @BeforeEach
    void makeDirectory() throws IOException {
        machine.free(disk);
        directory = Files.createDirectory(disk.resolve("test" + tests++));
        sync(disk);
    }

    private static void sync(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static void cut() throws IOException {
        machine.cut(disk, SurvivalPolicy.STRICT, 0);
    }

    @Test
    void whatWasSyncedIsThereAfterACutAndNothingElse() throws IOException {
        Path synced = Files.writeString(directory.resolve("synced"), "text");
        sync(synced);
        Path empty = Files.writeString(directory.resolve("named"), "text");
        sync(directory);
        Path nameless = Files.writeString(directory.resolve("nameless"), "text");
        sync(nameless);
        Files.move(synced, directory.resolve("renamed"));
        Files.writeString(empty, "more");
        cut();
        assertThat(synced).hasContent("text");
        assertThat(empty).hasContent("");
        try (Stream<Path> names = Files.list(directory)) {
            assertThat(names).containsExactlyInAnyOrder(synced, empty);
        }
    }

    @Test
    void aFileThatIsOpenDuringACutGivesErrors() throws IOException {
        Path file = directory.resolve("open");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.allocate(10));
            cut();
            assertThatThrownBy(() -> channel.write(ByteBuffer.allocate(10))).isInstanceOf(IOException.class);
        } catch (IOException _) {
            // Closing it may fail as well.
        }
        assertThat(file).doesNotExist();
    }

    /** Against an array: positions, sizes, holes, and what the kernel keeps of it. */
    @Test
    void bytesAreAsTheyWereWrittenAcrossCuts() throws IOException {
        Random random = new Random(1);
        Path file = directory.resolve("random");
        byte[] expected = {};
        Files.createFile(file);
        for (int round = 0; round < 200; round++) {
            expected = changed(file, expected, random);
            assertThat(Files.readAllBytes(file)).isEqualTo(expected);
            if (round % 20 == 0) {
                sync(file);
                sync(directory);
                cut();
                assertThat(Files.readAllBytes(file)).isEqualTo(expected);
            }
        }
    }

    private static byte[] changed(Path file, byte[] old, Random random) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            if (random.nextInt(4) == 0) {
                int size = random.nextInt(old.length + 1);
                channel.truncate(size);
                return Arrays.copyOf(old, size);
            }
            byte[] bytes = new byte[random.nextInt(200_000)];
            random.nextBytes(bytes);
            int at = random.nextInt(300_000);
            channel.write(ByteBuffer.wrap(bytes), at);
            byte[] now = Arrays.copyOf(old, Math.max(old.length, bytes.length == 0 ? 0 : at + bytes.length));
            System.arraycopy(bytes, 0, now, Math.min(at, now.length), bytes.length);
            return now;
        }
    }

    @Test
    void namesLinksAndRightsAreThoseOfAFileSystem() throws IOException {
        Path one = Files.writeString(directory.resolve("one"), "1");
        Files.createLink(directory.resolve("two"), one);
        assertThat(Files.getAttribute(one, "unix:nlink")).isEqualTo(2);
        Files.setPosixFilePermissions(one, PosixFilePermissions.fromString("rwx------"));
        assertThat(Files.getPosixFilePermissions(directory.resolve("two")))
                .isEqualTo(PosixFilePermissions.fromString("rwx------"));
        assertThatThrownBy(() -> Files.createFile(one)).isInstanceOf(FileAlreadyExistsException.class);
        Files.move(
                Files.writeString(directory.resolve("three"), "3"),
                one,
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
        assertThat(one).hasContent("3");
        assertThat(directory.resolve("two")).hasContent("1");
        Path inner = Files.createDirectories(directory.resolve("a/b"));
        assertThatThrownBy(() -> Files.delete(inner.getParent())).isInstanceOf(IOException.class);
        Files.move(inner.getParent(), directory.resolve("c"));
        assertThat(directory.resolve("c/b")).isDirectory();
        for (int number = 0; number < 3000; number++) {
            Files.createFile(directory.resolve("c/b/file" + number));
        }
        try (Stream<Path> names = Files.list(directory.resolve("c/b"))) {
            assertThat(names).hasSize(3000);
        }
    }

    @Test
    void aFullDiskAndABrokenOneSaySo() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "text");
        machine.fillBut(disk, 0);
        assertThat(Files.getFileStore(disk).getUsableSpace()).isZero();
        assertThatThrownBy(() -> Files.writeString(directory.resolve("more"), "text"))
                .hasMessageContaining("No space left");
        machine.free(disk);
        machine.fail(disk, true);
        assertThatThrownBy(() -> sync(file)).hasMessageContaining("Input/output error");
        machine.fail(disk, false);
        sync(file);
    }
}
