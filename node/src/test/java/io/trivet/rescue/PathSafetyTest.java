package io.trivet.rescue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trivet.model.Checksums;
import io.trivet.model.FileId;
import io.trivet.rescue.RescuedFile.Outcome;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The paths in trailers come from clients: whatever they are, nothing is written outside the
 * target, and as much as possible is rescued.
 */
class PathSafetyTest {
    @TempDir
    Path base;

    private Path target;
    private Path outside;
    private TestDisks disks;
    private final Heard heard = new Heard();

    @BeforeEach
    void formatADisk() throws IOException {
        target = Files.createDirectories(base.resolve("here/out"));
        outside = Files.createDirectories(base.resolve("outside"));
        disks = new TestDisks(base, 1);
    }

    @AfterEach
    void nothingLeftTheTarget() throws IOException {
        disks.close();
        assertThat(outside).isEmptyDirectory();
        try (Stream<Path> siblings = Files.list(base)) {
            assertThat(siblings.map(path -> path.getFileName().toString()))
                    .containsExactlyInAnyOrder("here", "outside", "d0");
        }
        try (Stream<Path> siblings = Files.list(base.resolve("here"))) {
            assertThat(siblings).containsExactly(target);
        }
    }

    private RescueSummary rescue() throws IOException {
        return new Rescue(disks.roots(), target, KnownNames.NONE, heard).run();
    }

    private Outcome.NotWritten refused() {
        return (Outcome.NotWritten) heard.files.getFirst().outcome();
    }

    /**
     * Writes another path of the same length into a trailer and seals it again, as a node that was
     * taken over could.
     */
    private void forge(long counter, String from, String to) throws IOException {
        byte[] file = Files.readAllBytes(disks.file(0, counter, 1));
        ByteBuffer bytes = ByteBuffer.wrap(file);
        int tail = file.length - 20;
        int start = file.length - bytes.getInt(tail);
        int path = tail - from.getBytes(StandardCharsets.UTF_8).length;
        bytes.put(path, to.getBytes(StandardCharsets.UTF_8));
        bytes.putInt(file.length - 12, Checksums.of(bytes.slice(start, file.length - 12 - start)));
        Files.write(disks.file(0, counter, 1), file);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/../outside/x", "/a/../../evil", "/./here/outs/", "outside-abcde", "/nul\0byte/abc"})
    void aForgedPathThatIsNoPathMakesTheTrailerBad(String hostile) throws IOException {
        String honest = "/" + "h".repeat(hostile.length() - 1);
        disks.save(1, honest, 10);
        forge(1, honest, hostile);
        assertThat(rescue().isComplete()).isFalse();
        assertThat(heard.files.getFirst().outcome()).isInstanceOf(Outcome.Incomplete.class);
        assertThat(target).isEmptyDirectory();
    }

    @Test
    void theForgedTrailerItselfIsSound() throws IOException {
        byte[] content = disks.save(1, "/honest", 10);
        forge(1, "/honest", "/forged");
        assertThat(rescue().isComplete()).isTrue();
        assertThat(target.resolve("forged")).hasBinaryContent(content);
    }

    @Test
    void aSymbolicLinkOnTheWayIsNotFollowed() throws IOException {
        Files.createSymbolicLink(target.resolve("link"), outside);
        Files.createDirectories(target.resolve("plain"));
        Files.createSymbolicLink(target.resolve("plain/link"), outside);
        disks.save(1, "/link/x", 10);
        disks.save(2, "/plain/link/deep/x", 10);
        RescueSummary summary = rescue();
        assertThat(summary.notWritten()).isEqualTo(2);
        assertThat(refused().reason()).contains("symbolic link");
    }

    @Test
    void aSymbolicLinkInPlaceOfTheFileIsNotFollowed() throws IOException {
        Files.createSymbolicLink(target.resolve("file"), outside.resolve("x"));
        disks.save(1, "/file", 10);
        assertThat(rescue().notWritten()).isEqualTo(1);
        assertThat(target.resolve("file")).isSymbolicLink();
    }

    @Test
    void aSymbolicLinkInPlaceOfTheDraftsIsRefused() throws IOException {
        Files.createSymbolicLink(target.resolve(RescueTarget.TEMPORARY), outside);
        disks.save(1, "/file", 10);
        assertThatThrownBy(this::rescue).isInstanceOf(IOException.class);
    }

    @Test
    void aFileInPlaceOfADirectoryIsNotReplaced() throws IOException {
        Files.write(target.resolve("a"), new byte[3]);
        disks.save(1, "/a/b", 10);
        assertThat(rescue().notWritten()).isEqualTo(1);
        assertThat(target.resolve("a")).hasSize(3);
    }

    @Test
    void aFileSavedUnderTheNameOfTheDraftsComesOutElsewhere() throws IOException {
        byte[] first = disks.save(1, "/" + RescueTarget.TEMPORARY + "/draft-0", 10);
        byte[] second = disks.save(2, "/" + RescueTarget.TEMPORARY, 20);
        assertThat(rescue().isComplete()).isTrue();
        assertThat(target.resolve("draft-0~" + new FileId(1, 1))).hasBinaryContent(first);
        assertThat(target.resolve(RescueTarget.TEMPORARY + "~" + new FileId(1, 2)))
                .hasBinaryContent(second);
    }

    @Test
    void aPathThatIsTooLongHereComesOutUnderItsLastName() throws IOException {
        String deep = ("/" + "d".repeat(200)).repeat(20) + "/name";
        byte[] content = disks.save(1, deep, 10);
        assertThat(rescue().isComplete()).isTrue();
        assertThat(target.resolve("name~" + new FileId(1, 1))).hasBinaryContent(content);
    }

    @Test
    void aNameWithoutRoomForTheIdIsCutAtAWholeCharacter() throws IOException {
        String name = "文".repeat(85);
        byte[] one = disks.save(1, "/" + name, 10);
        byte[] other = disks.save(2, "/" + name, 20);
        assertThat(rescue().isComplete()).isTrue();
        assertThat(target.resolve("文".repeat(76) + "~" + new FileId(1, 1))).hasBinaryContent(one);
        assertThat(target.resolve("文".repeat(76) + "~" + new FileId(1, 2))).hasBinaryContent(other);
    }

    @Test
    void aFileThatWasSavedUnderTheNameOfAnotherWithItsIdDoesNotCoverIt() throws IOException {
        byte[] one = disks.save(1, "/a", 10);
        byte[] other = disks.save(2, "/a", 20);
        byte[] guest = disks.save(3, "/a~" + new FileId(1, 1), 30);
        disks.save(4, "/a~" + new FileId(1, 2) + "/b", 40);
        assertThat(rescue().isComplete()).isTrue();
        assertThat(target.resolve("a~" + new FileId(1, 1))).hasBinaryContent(guest);
        assertThat(target.resolve("a~" + new FileId(1, 1) + "~2")).hasBinaryContent(one);
        assertThat(target.resolve("a~" + new FileId(1, 2) + "~2")).hasBinaryContent(other);
        assertThat(heard.files).hasSize(4);
    }

    @Test
    void aFileSavedAsTheRootGetsAName() throws IOException {
        byte[] content = disks.save(1, "/", 10);
        assertThat(rescue().isComplete()).isTrue();
        assertThat(target.resolve("unnamed~" + new FileId(1, 1))).hasBinaryContent(content);
    }

    @Test
    void chunksOfOneFileWithDifferentPathsLeaveItsNameInDoubt() throws IOException {
        byte[] content = disks.save(1, "/name", 2 * TestDisks.CHUNK_SIZE.bytes());
        forge(1, "/name", "/eman");
        assertThat(rescue().isComplete()).isTrue();
        String target = ((Outcome.Whole) heard.files.getFirst().outcome()).target();
        assertThat(List.of("name~" + new FileId(1, 1), "eman~" + new FileId(1, 1)))
                .contains(target);
        assertThat(this.target.resolve(target)).hasBinaryContent(content);
    }
}
