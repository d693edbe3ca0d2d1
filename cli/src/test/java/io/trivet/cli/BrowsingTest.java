package io.trivet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.cli.remote.FakeClient;
import io.trivet.model.ChunkSize;
import io.trivet.model.FileId;
import io.trivet.model.FileRecord;
import io.trivet.model.RemotePath;
import io.trivet.model.Slot;
import io.trivet.model.TrashedFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** cat, du, find, df, tree, and what is generated from the commands. */
final class BrowsingTest {
    @TempDir
    Path directory;

    private final FakeClient client =
            new FakeClient().with("/a/one.csv", "1").with("/a/b/two.csv", "22").with("/c/three.bin", "333");

    private String out(String... words) {
        CommandRun run = CommandRun.of(client, directory, words);
        assertThat(run.err()).isEmpty();
        assertThat(run.code()).isZero();
        return run.out();
    }

    @Test
    void catWritesFilesInOrder() {
        assertThat(out("cat", "/a/b/two.csv", "/a/one.csv")).isEqualTo("221");
    }

    @Test
    void duSumsUpEveryEntry() {
        assertThat(out("du", "/").lines().map(String::strip))
                .containsExactly("3 bytes      2 files  /a/", "3 bytes       1 file  /c/", "6 bytes      3 files  /");
        assertThat(out("du", "-s", "--bytes", "/a")).contains(" 3 ");
        assertThat(out("du", "-s", "--json", "/a")).isEqualTo("{\"path\":\"/a\",\"size\":3,\"files\":2}\n");
    }

    @Test
    void findFindsByNameKindAndSize() {
        assertThat(out("find", "/", "--name", "*.csv")).isEqualTo("/a/one.csv\n/a/b/two.csv\n");
        assertThat(out("find", "/a", "--name", "b/*")).isEqualTo("/a/b/two.csv\n");
        assertThat(out("find", "--type", "d")).isEqualTo("/a\n/c\n/a/b\n");
        assertThat(out("find", "--larger", "2", "-0")).isEqualTo("/c/three.bin\0");
        assertThat(out("find", "--smaller", "1K", "--json", "/c")).contains("\"path\":\"/c/three.bin\"");
    }

    @Test
    void treeDrawsBranches() {
        assertThat(out("tree"))
                .isEqualTo("/\n├── a/\n│   ├── b/\n│   │   └── two.csv\n│   └── one.csv\n└── c/\n    └── three.bin\n\n"
                        + "3 directories, 3 files\n");
        assertThat(out("tree", "-L", "1")).doesNotContain("one.csv");
    }

    @Test
    void dfSaysWhatFits() {
        assertThat(out("df"))
                .contains(
                        "space for about 0 bytes of files with 2 replicas each, without what is free on n1, which takes no chunks")
                .contains("down");
        assertThat(out("df", "--json")).contains("\"replicas\":2,\"roomBytes\":0");
    }

    @Test
    void everyCommandHasCompletionAndAManualPage() throws Exception {
        Set<String> commands = Set.of("save", "load", "ls", "find", "trash");
        for (String shell : new String[] {"bash", "zsh", "fish"}) {
            String script = out("completion", shell);
            assertThat(commands).allMatch(script::contains);
            assertThat(script).doesNotContain("ENGLISH");
        }
        assertThat(out("completion", "zsh")).doesNotContain("alias compopt").contains("_bash_complete -o default");
        assertThat(out("completion", "fish"))
                .contains("complete -c trivet -n '__trivet_at save' -F\n")
                .contains("complete -c trivet -n '__trivet_only nodes' -a drain ")
                .contains("complete -c trivet -n '__trivet_at nodes drain' -s h -l help ")
                .contains("complete -c trivet -n __trivet_only -l lang -x -a 'en zh' ")
                .contains("complete -c trivet -n '__trivet_at completion' -a 'bash zsh fish'\n")
                .doesNotContain("'__trivet_at ls' -F");
        out("man-pages", "man");
        try (Stream<Path> pages = Files.list(directory.resolve("man"))) {
            assertThat(pages.map(page -> page.getFileName().toString()))
                    .contains("trivet.1", "trivet-save.1", "trivet-namespace-backup.1")
                    .doesNotContain("trivet-man-pages.1");
        }
        assertThat(Files.readString(directory.resolve("man/trivet-save.1")))
                .contains(".SH NAME", "\\fB\\-r, \\-\\-recursive\\fR", "cluster=HOST:PORT[,HOST:PORT...]");
    }

    private TrashedFile trashed(int id, String path, int seconds) {
        return new TrashedFile(
                RemotePath.parse(path),
                new FileRecord(new FileId(1, id), 100, ChunkSize.DEFAULT, new Slot(0), 0, Instant.EPOCH, "me", 0644),
                Instant.ofEpochSecond(seconds));
    }

    @Test
    void theTrashIsListedRestoredAndEmptied() {
        client.trashed.addAll(List.of(
                trashed(1, "/t/x", 1), trashed(2, "/t/x", 2), trashed(3, "/a/one.csv", 3), trashed(4, "/t/d/y", 4)));
        assertThat(out("trash", "list").lines().toList())
                .hasSize(5)
                .last()
                .isEqualTo("4 files, 400 bytes in the trash, each for 24 h");
        assertThat(out("trash", "list", "--json", "/t/d"))
                .contains("\"path\":\"/t/d/y\"")
                .hasLineCount(1);
        assertThat(out("trash", "restore", "/t")).isEqualTo("restored /t/d/y\nrestored /t/x\n");
        assertThat(client.trashed)
                .extracting(file -> file.record().id().counter())
                .containsExactly(1L, 3L);
        CommandRun refused = CommandRun.of(client, directory, "trash", "restore", "/a/one.csv");
        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.err()).contains("/a/one.csv: already exists");
        assertThat(out("trash", "restore", "--to", "/a/again", "/a/one.csv")).isEqualTo("restored /a/again\n");
        assertThat(out("trash", "empty", "--all")).isEqualTo("permanently deleted 1 file, 100 bytes\n");
        assertThat(out("trash", "keep", "7d")).isEqualTo("what is removed can be restored for 168 h\n");
        assertThat(CommandRun.of(client, directory, "trash", "keep", "soon").code())
                .isEqualTo(2);
    }

    /**
     * The first answer looks like the last: a restore that brought back what happened to be there
     * would say that it is done.
     */
    @Test
    void aRestoreWaitsForTheRemovalBeforeIt() {
        client.trashed.add(trashed(1, "/t/x", 1));
        client.removed.add(trashed(2, "/t/y", 1));
        client.removing = 2;
        CommandRun run = CommandRun.of(client, directory, "trash", "restore", "/t");
        assertThat(run.out()).isEqualTo("restored /t/x\nrestored /t/y\n");
        assertThat(run.err()).contains("a removal is still in progress");
    }
}
