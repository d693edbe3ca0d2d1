package io.trivet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.cli.files.LoadTree;
import io.trivet.cli.files.TreeRules;
import io.trivet.cli.progress.ParallelTransfers;
import io.trivet.cli.progress.ProgressDisplay;
import io.trivet.cli.progress.TransferTotals;
import io.trivet.cli.remote.FakeClient;
import io.trivet.cli.terminal.Console;
import io.trivet.cli.terminal.LocalNames;
import io.trivet.cli.terminal.NameCollisions;
import io.trivet.cli.terminal.WatchedOutput;
import io.trivet.cli.text.Text;
import io.trivet.client.LoadSummary;
import io.trivet.model.NameEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LoadTest {
    private final FakeClient client = new FakeClient().with("/data.csv", "1,2").with("/dir/b", "B");

    @TempDir
    Path directory;

    private CommandRun load(String... arguments) {
        String[] all = new String[arguments.length + 1];
        all[0] = "load";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        return CommandRun.of(client, directory, all);
    }

    private String text(String name) throws IOException {
        return Files.readString(directory.resolve(name));
    }

    @Test
    void withoutTargetTheNameIsKeptHere() throws IOException {
        CommandRun run = load("/dir/b");
        assertThat(run.code()).isZero();
        assertThat(text("b")).isEqualTo("B");
        assertThat(run.out()).startsWith("loaded /dir/b: 1 byte in 1.9 s (0 MiB/s), 1 chunk from 1 node, crc32c ");
    }

    @Test
    void aNameWithoutSlashIsBelowTheRoot() throws IOException {
        assertThat(load("data.csv").code()).isZero();
        assertThat(text("data.csv")).isEqualTo("1,2");
    }

    @Test
    void aTargetNamesTheFile() throws IOException {
        assertThat(load("/data.csv", "x.csv").code()).isZero();
        assertThat(text("x.csv")).isEqualTo("1,2");
        assertThat(load("/data.csv", directory.resolve("y").toString()).code()).isZero();
        assertThat(text("y")).isEqualTo("1,2");
    }

    @Test
    void aTargetThatIsADirectoryIsRefusedAndSaysWhatToDo() throws IOException {
        Files.createDirectory(directory.resolve("out"));
        CommandRun run = load("/data.csv", "out");
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).isEqualTo("trivet: out: is a directory: write out/ to load the file into it\n");
        Files.createDirectory(directory.resolve("data.csv"));
        assertThat(load("/data.csv").err()).contains("is a directory");
        assertThat(load("/data.csv", "./").err()).contains("is a directory");
    }

    @Test
    void aTargetThatCanOnlyBeADirectoryTakesTheFile() throws IOException {
        assertThat(load("/data.csv", "out/").code()).isZero();
        assertThat(text("out/data.csv")).isEqualTo("1,2");
        assertThat(load("/data.csv", ".").code()).isZero();
        assertThat(text("data.csv")).isEqualTo("1,2");
    }

    @Test
    void severalFilesGoIntoADirectory() throws IOException {
        Files.createDirectory(directory.resolve("out"));
        assertThat(load("/data.csv", "/dir/b", "out").code()).isZero();
        assertThat(text("out/data.csv") + text("out/b")).isEqualTo("1,2B");
        assertThat(load("/data.csv", "/dir/b", "none").code()).isEqualTo(1);
        assertThat(directory.resolve("none")).doesNotExist();
    }

    @Test
    void standardOutputGetsTheBytesAndNothingElse() {
        CommandRun run = load("/data.csv", "-");
        assertThat(run.code()).isZero();
        assertThat(run.out()).isEqualTo("1,2");
        assertThat(run.err()).startsWith("loaded /data.csv: ").endsWith(", now in standard output\n");
        assertThat(load("/data.csv", "/dir/b", "-").code()).isEqualTo(2);
        assertThat(load("-r", "/dir", "-").code()).isEqualTo(2);
    }

    @Test
    void aMissingFileLeavesNothingBehind() {
        CommandRun run = load("/none");
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).isEqualTo("trivet: /none: no such file or directory\n");
        assertThat(directory.resolve("none")).doesNotExist();
    }

    @Test
    void aMissingDirectoryIsNamed() {
        CommandRun run = load("/data.csv", "no/where");
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("there is no directory");
    }

    @Test
    void aDirectoryNeedsTheOption() {
        CommandRun run = load("/dir");
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).isEqualTo("trivet: /dir: is a directory: add -r to load it with all that is in it\n");
    }

    @Test
    void aTreeIsLoadedWhole() throws IOException {
        client.with("/dir/deep/er/c", "C");
        assertThat(load("-r", "/dir").code()).isZero();
        assertThat(text("dir/b") + text("dir/deep/er/c")).isEqualTo("BC");
        assertThat(load("-r", "/dir", "copy").code()).isZero();
        assertThat(text("copy/deep/er/c")).isEqualTo("C");
        assertThat(load("-r", "/dir", "copy").code()).isZero();
        assertThat(text("copy/dir/deep/er/c")).isEqualTo("C");
        assertThat(load("-r", "/", "all").code()).isZero();
        assertThat(text("all/dir/deep/er/c")).isEqualTo("C");
        assertThat(load("-r", "/").code()).isEqualTo(2);
    }

    @Test
    void namesThatLeadOutOfTheTargetAreNotWritten() throws IOException {
        Files.createDirectory(directory.resolve("in"));
        for (String bad : new String[] {"..", ".", "", "/etc/x", "../x", "a/b"}) {
            client.forged.add(new NameEntry.Directory(bad, Instant.EPOCH));
        }
        CommandRun run = load("-r", "/dir", "in/copy");
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err().lines()).hasSize(6);
        assertThat(text("in/copy/b")).isEqualTo("B");
        try (var found = Files.walk(directory)) {
            assertThat(found.map(path -> directory.relativize(path).toString()))
                    .containsExactlyInAnyOrder("", "in", "in/copy", "in/copy/b");
        }
    }

    @Test
    void linksInTheTargetAreNotFollowed() throws IOException {
        Path outside = Files.createDirectory(directory.resolve("outside"));
        Path target = Files.createDirectories(directory.resolve("t/dir"));
        Files.createSymbolicLink(target.resolve("b"), outside.resolve("b"));
        client.with("/dir/sub/c", "C");
        Files.createSymbolicLink(target.resolve("sub"), outside);
        CommandRun run = load("-r", "/dir", "t");
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err().lines()).hasSize(2).allMatch(line -> line.contains("is a symbolic link"));
        assertThat(outside).isEmptyDirectory();
    }

    @Test
    void jsonHasOneObjectForEachFile() {
        assertThat(load("--json", "/data.csv", "x").out())
                .startsWith("{\"path\":\"/data.csv\",\"size\":3,\"chunkSize\":65536,\"chunkCount\":1,\"crc32c\":\"")
                .endsWith("\"target\":\"" + directory.resolve("x") + "\",\"resumedChunks\":0}\n");
    }

    /** On this system nothing is a device but what is one; elsewhere a name may be. */
    @Test
    void namesThatAreDevicesSomewhereAreNoNamesThere() {
        for (String odd : List.of(
                "CON",
                "nul",
                "NUL.txt",
                "com1",
                "LPT9.a.b",
                "aux .x",
                "a.",
                "a ",
                "a:b",
                "c:",
                "a\\b",
                "..\\b",
                "conin$")) {
            assertThat(LocalNames.plain(odd, true)).as(odd).isFalse();
            assertThat(LocalNames.plain(odd, false)).as(odd).isTrue();
        }
        for (String never : List.of("", ".", "..", "a/b", "/", "a\0b")) {
            assertThat(LocalNames.plain(never, true)).isFalse();
            assertThat(LocalNames.plain(never, false)).isFalse();
        }
        assertThat(LocalNames.plain("console", true)).isTrue();
        assertThat(LocalNames.plain("com10", true)).isTrue();
    }

    @Test
    void namesThatAreOneHereAreNamesakes() throws IOException {
        NameCollisions folding = new NameCollisions(true);
        assertThat(folding.isNew("Stra\u00dfe")).isTrue();
        for (String same : List.of("strasse", "STRASSE", "stra\u00dfe")) {
            assertThat(folding.isNew(same)).as(same).isFalse();
        }
        assertThat(folding.isNew("\u00e9")).isTrue();
        assertThat(folding.isNew("E\u0301")).isFalse();
        assertThat(folding.isNew("e")).isTrue();
        assertThat(folding.anew().isNew("e")).isTrue();
        assertThat(new NameCollisions(false).isNew("a") && new NameCollisions(false).isNew("A"))
                .isTrue();
        boolean folds = NameCollisions.folds(directory);
        Files.createFile(directory.resolve("probe"));
        assertThat(folds).isEqualTo(Files.exists(directory.resolve("PROBE")));
        assertThat(directory.toFile().list()).containsExactly("probe");
    }

    /** Of two names that are one here the first is loaded, and the second is told. */
    @Test
    void aNamesakeNeverTakesThePlaceOfAnother() throws IOException {
        client.with("/dir/B", "large");
        List<String> failures = new ArrayList<>();
        Console console = new Console(
                java.io.InputStream.nullInputStream(),
                new WatchedOutput(java.io.OutputStream.nullOutputStream()),
                new java.io.PrintStream(java.io.OutputStream.nullOutputStream()),
                Set.of(),
                Console.DEFAULT_COLUMNS,
                Map.of(),
                directory);
        try (ProgressDisplay display = new ProgressDisplay(console, "");
                ParallelTransfers parallelTransfers =
                        new ParallelTransfers(1, (_, _, line) -> failures.add(line.toString()))) {
            new LoadTree(
                            client,
                            display,
                            parallelTransfers,
                            new TransferTotals(),
                            TreeRules.ALL,
                            null,
                            null,
                            new LoadTree.Listener() {
                                @Override
                                public void loaded(
                                        io.trivet.model.RemotePath source, LoadSummary summary, Path target) {}

                                @Override
                                public void linked(Path link, String target) {}

                                @Override
                                public void skipped(String file, Text why) {}
                            },
                            _ -> true)
                    .load(io.trivet.model.RemotePath.parse("/dir"), directory.resolve("out"));
        }
        assertThat(failures).singleElement().asString().contains("as the same name as another file there");
        assertThat(directory.resolve("out").toFile().list()).hasSize(1);
    }

    @Test
    void twoSourcesOfOneNameAreNotLoadedOverEachOther() throws IOException {
        client.with("/other/b", "X").with("/other/B", "Y");
        for (String other : List.of("/other/b", "/other/B")) {
            CommandRun run = load("/dir/b", other, "out/");
            assertThat(run.code()).isEqualTo(1);
            assertThat(run.err()).contains("another source would be loaded to the same place");
            assertThat(directory.resolve("out/b")).doesNotExist();
        }
    }
}
