package io.trivet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** cat, du, find, df, tree, and what is generated from the commands. */
final class BrowsingTest {
    @TempDir
    Path directory;

    private final FakeRemote remote =
            new FakeRemote().with("/a/one.csv", "1").with("/a/b/two.csv", "22").with("/c/three.bin", "333");

    private String out(String... words) {
        CommandRun run = CommandRun.of(remote, directory, words);
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
                .contains("room for about 10.5 GiB of files, each 2 times")
                .contains("down");
        assertThat(out("df", "--json")).contains("\"replicas\":2");
    }

    @Test
    void everyCommandHasCompletionAndAManualPage() throws Exception {
        Set<String> commands = Set.of("save", "load", "ls", "find", "trash");
        for (String shell : new String[] {"bash", "zsh", "fish"}) {
            String script = out("completion", shell);
            assertThat(commands).filteredOn(name -> !name.equals("trash")).allMatch(script::contains);
        }
        out("man-pages", "man");
        try (Stream<Path> pages = Files.list(directory.resolve("man"))) {
            assertThat(pages.map(page -> page.getFileName().toString()))
                    .contains("trivet.1", "trivet-save.1", "trivet-namespace-backup.1")
                    .doesNotContain("trivet-man-pages.1");
        }
        assertThat(Files.readString(directory.resolve("man/trivet-save.1")))
                .contains(".SH NAME", "\\fB\\-r, \\-\\-recursive\\fR");
    }
}
