package io.trivet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.cli.remote.FakeClient;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SaveTest {
    private final FakeClient client = new FakeClient();

    @TempDir
    Path directory;

    @BeforeEach
    void source() throws IOException {
        Files.writeString(directory.resolve("data.csv"), "1,2");
    }

    private CommandRun save(String... arguments) {
        String[] all = new String[arguments.length + 1];
        all[0] = "save";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        return CommandRun.of(client, directory, all);
    }

    @Test
    void withoutTargetTheNameIsKeptBelowTheRoot() throws IOException {
        Files.createDirectories(directory.resolve("a b"));
        Files.writeString(directory.resolve("a b/数据.csv"), "x");
        CommandRun run = save("a b/数据.csv");
        assertThat(run.code()).isZero();
        assertThat(client.text("/数据.csv")).isEqualTo("x");
    }

    @Test
    void theClosingLineSaysWhatIsTrue() {
        assertThat(save("data.csv").out())
                .isEqualTo("saved /data.csv: 3 bytes in 1.9 s (0 MiB/s), 1 chunk x 2 replicas on 3 nodes, crc32c "
                        + crc("1,2") + "\n");
    }

    @Test
    void aTargetNamesTheFile() {
        assertThat(save("data.csv", "/deep/er/x").code()).isZero();
        assertThat(client.text("/deep/er/x")).isEqualTo("1,2");
    }

    @Test
    void aTargetWithASlashAtItsEndTakesTheFile() {
        assertThat(save("data.csv", "/dir/").code()).isZero();
        assertThat(client.text("/dir/data.csv")).isEqualTo("1,2");
    }

    @Test
    void anExistingDirectoryTakesTheFile() {
        client.with("/dir/other", "");
        assertThat(save("data.csv", "/dir").code()).isZero();
        assertThat(client.text("/dir/data.csv")).isEqualTo("1,2");
    }

    @Test
    void aFileIsNotSavedOverADirectoryOfItsName() {
        client.with("/data.csv/inside", "");
        CommandRun run = save("data.csv");
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).isEqualTo("trivet: /data.csv: is a directory\n");
    }

    @Test
    void severalFilesGoIntoADirectory() throws IOException {
        Files.writeString(directory.resolve("b"), "B");
        CommandRun run = save("data.csv", "b", "/dir/");
        assertThat(run.code()).isZero();
        assertThat(client.text("/dir/data.csv") + client.text("/dir/b")).isEqualTo("1,2B");
        assertThat(run.out()).startsWith("saved 2 sources: 2 files, 4 bytes in ");
    }

    @Test
    void severalFilesDoNotFitUnderOneName() throws IOException {
        Files.writeString(directory.resolve("b"), "B");
        CommandRun run = save("data.csv", "b", "/dir");
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("/dir: is not a directory");
        assertThat(client.files).isEmpty();
    }

    @Test
    void severalFilesWithoutTargetKeepTheirNames() throws IOException {
        Files.writeString(directory.resolve("b"), "B");
        assertThat(save("data.csv", "b").code()).isZero();
        assertThat(client.files).containsOnlyKeys(RemotePath.parse("/data.csv"), RemotePath.parse("/b"));
    }

    @Test
    void standardInputIsSavedUnderAName() {
        CommandRun run = CommandRun.with(client, directory, "from a pipe", Map.of(), "save", "-", "/p");
        assertThat(run.code()).isZero();
        assertThat(client.text("/p")).isEqualTo("from a pipe");
    }

    @Test
    void standardInputNeedsAName() {
        assertThat(save("-").code()).isEqualTo(2);
        assertThat(save("-", "/dir/").code()).isEqualTo(2);
        assertThat(save("-", "data.csv", "/dir/").code()).isEqualTo(2);
    }

    @Test
    void aMissingSourceIsNamed() {
        CommandRun run = save("none.csv");
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).isEqualTo("trivet: none.csv: no such file or directory\n");
        assertThat(save("data.csv", "else").err()).contains("a target in the cluster begins with /");
        assertThat(save("").err()).isEqualTo("trivet: the name is empty\n");
    }

    @Test
    void aDirectoryNeedsTheOption() throws IOException {
        Files.createDirectory(directory.resolve("tree"));
        CommandRun run = save("tree");
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).isEqualTo("trivet: tree: is a directory: add -r to save it with all that is in it\n");
    }

    @Test
    void badTargetNamesAreRefused() {
        for (String bad : new String[] {"/a/../b", "/./x", "/" + "x".repeat(256), "/y".repeat(2049)}) {
            CommandRun run = save("data.csv", bad);
            assertThat(run.code()).as(bad).isEqualTo(1);
            assertThat(run.err()).contains("bad name").hasLineCount(1);
        }
        assertThat(client.files).isEmpty();
    }

    @Test
    void aTreeIsSavedWholeWithItsEmptyDirectories() throws IOException {
        Path tree = tree();
        Files.createDirectories(tree.resolve("empty/er"));
        CommandRun run = save("-r", "tree");
        assertThat(run.code()).isZero();
        assertThat(client.files).hasSize(21);
        assertThat(client.text("/tree/d1/f7")).isEqualTo("7");
        assertThat(client.directories).contains(RemotePath.parse("/tree/empty/er"));
        assertThat(run.out()).startsWith("saved /tree: 21 files, ").endsWith("21 chunks x 2 replicas on 3 nodes\n");
    }

    @Test
    void aTreeTakesItsTargetsNameOrGoesIntoADirectory() throws IOException {
        tree();
        assertThat(save("-r", "tree", "/copy").code()).isZero();
        assertThat(client.text("/copy/d1/f7")).isEqualTo("7");
        assertThat(save("-r", "tree", "/copy").code()).isZero();
        assertThat(client.text("/copy/tree/d1/f7")).isEqualTo("7");
    }

    @Test
    void aTreeIsSavedAgainOverItself() throws IOException {
        tree();
        assertThat(save("-r", "tree").code()).isZero();
        Files.writeString(directory.resolve("tree/d1/f7"), "new");
        assertThat(save("-r", "tree").code()).isZero();
        assertThat(client.text("/tree/d1/f7")).isEqualTo("new");
    }

    @Test
    void onlySomeFilesAreInTheAirAtOnce() throws IOException {
        tree();
        save("-r", "tree");
        assertThat(client.mostAtOnce.get()).isBetween(1, FakeClient.FILES_AT_ONCE);
    }

    @Test
    void oneFailedFileIsNamedAndTheOthersAreSaved() throws IOException {
        tree();
        client.refusing.put(RemotePath.parse("/tree/d1/f7"), Refusal.Kind.DENIED);
        CommandRun run = save("-r", "tree");
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("/tree/d1/f7: denied").hasLineCount(1);
        assertThat(run.out()).contains("20 files").endsWith(", 1 failed\n");
    }

    /** Else two of them would have one name in the cluster, and one would be lost without a word. */
    @Test
    void aNameThatIsNoTextIsRefusedAndNotMappedToAnother() throws IOException, InterruptedException {
        Path tree = Files.createDirectories(directory.resolve("odd"));
        String make =
                "printf a > \"$(printf 'a\\377')\"; printf b > \"$(printf 'a\\376')\"; mkdir \"$(printf 'd\\377')\"; printf c > c";
        assertThat(new ProcessBuilder("sh", "-c", make)
                        .directory(tree.toFile())
                        .start()
                        .waitFor())
                .isZero();
        CommandRun run = save("-r", "odd");
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err().lines()).hasSize(3).allMatch(line -> line.contains("its name is not valid UTF-8"));
        assertThat(client.files.keySet()).extracting(RemotePath::toString).containsExactly("/odd/c");
    }

    /** Not where another try would end the same, nor where it would begin at the beginning. */
    @Test
    void aSaveThatLostTheClusterSaysHowToGoOn() {
        client.refusing.put(RemotePath.parse("/data.csv"), Refusal.Kind.UNREACHABLE);
        assertThat(save("data.csv").err()).hasLineCount(1);
        client.resumable.add(RemotePath.parse("/data.csv"));
        assertThat(save("data.csv").err())
                .startsWith("trivet: /data.csv: unreachable")
                .endsWith("trivet: nothing was changed; run the same command again to resume\n")
                .hasLineCount(2);
        client.refusing.put(RemotePath.parse("/data.csv"), Refusal.Kind.DENIED);
        assertThat(save("data.csv").err()).hasLineCount(1);
    }

    @Test
    void aClusterThatTakesNothingIsNotAskedForEveryFile() throws IOException {
        Path tree = Files.createDirectories(directory.resolve("many"));
        for (int k = 0; k < 200; k++) {
            Files.writeString(tree.resolve("f" + k), "");
            client.refusing.put(RemotePath.parse("/many/f" + k), Refusal.Kind.NO_QUORUM);
        }
        CommandRun run = save("-r", "many");
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err().lines().count()).isLessThanOrEqualTo(2L * FakeClient.FILES_AT_ONCE);
        assertThat(run.out()).contains("the remaining files were not tried");
    }

    @Test
    void linksToFilesAreFollowedAndOthersSkipped() throws IOException {
        Path tree = Files.createDirectories(directory.resolve("tree"));
        Files.createSymbolicLink(tree.resolve("to-file"), directory.resolve("data.csv"));
        Files.createSymbolicLink(tree.resolve("to-directory"), directory);
        Files.createSymbolicLink(tree.resolve("to-nothing"), directory.resolve("none"));
        CommandRun run = save("-r", "tree");
        assertThat(run.code()).isZero();
        assertThat(client.files).containsOnlyKeys(RemotePath.parse("/tree/to-file"));
        assertThat(run.err().lines()).hasSize(2).allMatch(line -> line.startsWith("trivet: skipped "));
        assertThat(run.out()).contains(", 2 skipped");
    }

    @Test
    void jsonHasOneObjectForEachFile() throws IOException {
        assertThat(save("--json", "data.csv").out())
                .isEqualTo("{\"path\":\"/data.csv\",\"size\":3,\"chunkSize\":65536,\"chunkCount\":1,\"crc32c\":\""
                        + crc("1,2")
                        + "\",\"seconds\":1.9,\"replicas\":2,\"resumedChunks\":0,\"nodes\":[\"n0\",\"n1\",\"n2\"]}\n");
        tree();
        assertThat(save("--json", "-r", "tree").out().lines())
                .hasSize(22)
                .last()
                .asString()
                .isEqualTo(
                        "{\"summary\":{\"files\":21,\"bytes\":31,\"links\":0,\"unchanged\":0,\"newer\":0,\"skipped\":0,\"removed\":0,\"failed\":0,"
                                + "\"complete\":true,\"dryRun\":false}}");
    }

    private Path tree() throws IOException {
        Path tree = Files.createDirectories(directory.resolve("tree/d1")).getParent();
        Files.writeString(tree.resolve("top"), "t");
        for (int k = 0; k < 20; k++) {
            Files.writeString(tree.resolve("d1/f" + k), String.valueOf(k));
        }
        return tree;
    }

    private static String crc(String text) {
        return io.trivet.model.Checksums.text(
                io.trivet.model.Checksums.of(text.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    }

    @Test
    void onlyWhatIsMeantOfATreeIsSaved() throws IOException {
        tree();
        Files.writeString(directory.resolve("tree/d1/x.tmp"), "t");
        CommandRun run = save("-r", "--exclude", "d2", "--exclude", "*.tmp", "--include", "f[1-3]", "tree");
        assertThat(run.code()).isZero();
        assertThat(client.files.keySet())
                .allMatch(path -> path.name().matches("f[1-3]"))
                .noneMatch(path -> path.toString().contains("/d2/"))
                .isNotEmpty();
    }

    @Test
    void aDryRunSavesNothing() throws IOException {
        tree();
        CommandRun run = save("-r", "--dry-run", "tree");
        assertThat(run.code()).isZero();
        assertThat(run.out()).contains("/tree/d1/f7").contains("would save /tree: 21 files, ");
        assertThat(save("-n", "data.csv").out()).contains("data.csv -> /data.csv (3 bytes)");
        assertThat(client.files).isEmpty();
        assertThat(client.directories).containsExactly(RemotePath.ROOT);
    }

    @Test
    void anUpdateSavesOnlyWhatChanged() throws IOException {
        Path tree = tree();
        try (var files = Files.walk(tree)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.setLastModifiedTime(file, java.nio.file.attribute.FileTime.fromMillis(0));
            }
        }
        save("-r", "tree");
        Files.writeString(tree.resolve("d1/f7"), "changed");
        CommandRun run = save("-r", "--update", "tree", "/");
        assertThat(run.out()).startsWith("saved /tree: 1 file, 7 bytes").contains("20 unchanged");
        assertThat(client.text("/tree/d1/f7")).isEqualTo("changed");
    }
}
