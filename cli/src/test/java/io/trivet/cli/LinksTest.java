package io.trivet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Symbolic links: kept by the cluster, followed by nobody, with a real node. */
@Timeout(180)
final class LinksTest {
    private static final AtomicInteger TESTS = new AtomicInteger();

    @TempDir
    static Path base;

    private static LiveCluster cluster;

    private Path directory;
    private Path tree;
    private String remote;

    @BeforeAll
    static void start() throws IOException {
        cluster = LiveCluster.start(base);
    }

    @AfterAll
    static void stop() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @BeforeEach
    void tree() throws IOException {
        int number = TESTS.incrementAndGet();
        directory = Files.createDirectory(base.resolve("test" + number));
        remote = "/test" + number;
        tree = Files.createDirectories(directory.resolve("tree"));
        Files.writeString(tree.resolve("file"), "content");
        Files.createDirectory(tree.resolve("below"));
        Files.createSymbolicLink(tree.resolve("to-file"), Path.of("file"));
        Files.createSymbolicLink(tree.resolve("to-directory"), Path.of("below"));
        Files.createSymbolicLink(tree.resolve("to-nothing"), Path.of("/nowhere/é"));
    }

    private CommandRun run(String... arguments) {
        return cluster.run(directory, InputStream.nullInputStream(), arguments);
    }

    private CommandRun done(String... arguments) {
        CommandRun run = run(arguments);
        assertThat(run.code()).as(run.err()).isZero();
        return run;
    }

    private CommandRun refused(String... arguments) {
        CommandRun run = run(arguments);
        assertThat(run.code()).as(run.out()).isEqualTo(1);
        return run;
    }

    @Test
    void aLinkIsMadeShownMovedCopiedAndRemoved() {
        done("mkdir", remote);
        done("ln", "-s", "a target", remote + "/link");
        assertThat(done("readlink", remote + "/link").out()).isEqualTo("a target\n");
        assertThat(done("ls", "-l", remote).out()).contains("link -> a target");
        assertThat(done("ls", "-l", remote + "/link").out()).contains("link -> a target");
        assertThat(done("ls", remote).out()).isEqualTo("link\n");
        assertThat(done("ls", "--json", remote).out())
                .contains("\"type\":\"link\"")
                .contains("\"target\":\"a target\"");
        assertThat(done("stat", remote + "/link").out())
                .contains("symbolic link")
                .contains("a target");
        assertThat(done("stat", "--json", remote + "/link").out()).contains("\"target\":\"a target\"");
        assertThat(done("tree", remote).out()).contains("link -> a target");
        assertThat(done("find", "--type", "l", remote).out()).isEqualTo(remote + "/link\n");
        assertThat(done("find", "--type", "f", remote).out()).isEmpty();
        assertThat(done("du", "-s", remote).out()).contains("1 file");
        done("cp", remote + "/link", remote + "/copy");
        done("mv", remote + "/link", remote + "/moved");
        assertThat(done("readlink", remote + "/copy", remote + "/moved").out()).isEqualTo("a target\na target\n");
        done("touch", "-d", "1960-01-02T03:04:05Z", remote + "/moved");
        assertThat(done("readlink", remote + "/moved").out()).isEqualTo("a target\n");
        done("rm", remote + "/moved");
        assertThat(done("ls", remote).out()).isEqualTo("copy\n");
        assertThat(done("verify", remote).out()).contains("verified 0 files");
    }

    @Test
    void nothingIsReadOrWrittenThroughOne() {
        done("save", "tree/file", remote + "/file");
        done("ln", "-s", "file", remote + "/link");
        assertThat(refused("cat", remote + "/link").err()).contains("is a symbolic link");
        assertThat(refused("load", remote + "/link", "out").err()).contains("is a symbolic link");
        assertThat(refused("sum", remote + "/link").err()).contains("is a symbolic link");
        assertThat(refused("verify", remote + "/link").err()).contains("is a symbolic link");
        assertThat(refused("save", "tree/file", remote + "/link/file").err()).contains("which is not followed");
        assertThat(refused("readlink", remote + "/file").err()).contains("no link");
        assertThat(refused("readlink", remote).err()).contains("is a directory");
        done("save", "tree/file", remote + "/link");
        assertThat(done("cat", remote + "/link").out()).isEqualTo("content");
    }

    @Test
    void lnAsksBeforeItReplacesAndNamesALinkAfterItsTarget() {
        done("save", "tree/file", remote + "/name");
        assertThat(refused("ln", "-s", "x", remote + "/name").err()).contains("exists and stays as it is");
        assertThat(done("cat", remote + "/name").out()).isEqualTo("content");
        done("ln", "-sf", "x", remote + "/name");
        assertThat(done("readlink", remote + "/name").out()).isEqualTo("x\n");
        done("ln", "-s", "/far/away/", remote);
        assertThat(done("readlink", remote + "/away").out()).isEqualTo("/far/away/\n");
        assertThat(run("ln", "x", remote + "/y").code()).isEqualTo(2);
        assertThat(refused("ln", "-s", "x".repeat(4096), remote + "/y").err()).contains("1 to 4095 bytes");
        done("ln", "-s", "x".repeat(4095), remote + "/y");
        assertThat(refused("ln", "-s", "", remote + "/z").err()).contains("1 to 4095 bytes");
    }

    @Test
    void aTreeWithLinksComesBackAsItWas() throws IOException {
        FileTime then = FileTime.from(Instant.parse("2020-02-03T04:05:06Z"));
        Files.getFileAttributeView(tree.resolve("to-nothing"), BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .setTimes(then, null, null);
        assertThat(done("save", "-r", "-p", "tree", remote).out()).contains("3 links");
        assertThat(done("readlink", remote + "/to-nothing").out()).isEqualTo("/nowhere/é\n");
        assertThat(done("load", "-r", "-p", remote, "back").out()).contains("3 links");
        Path back = directory.resolve("back");
        for (String link : new String[] {"to-file", "to-directory", "to-nothing"}) {
            assertThat(Files.readSymbolicLink(back.resolve(link)))
                    .isEqualTo(Files.readSymbolicLink(tree.resolve(link)));
        }
        assertThat(Files.getLastModifiedTime(back.resolve("to-nothing"), LinkOption.NOFOLLOW_LINKS))
                .isEqualTo(then);
        assertThat(Files.readString(back.resolve("to-file"))).isEqualTo("content");
        assertThat(refused("load", "-p", remote + "/to-file", "none/to-file").err())
                .contains("make it first");
        assertThat(done("load", "-p", "-n", remote + "/to-file", "back/new").out())
                .contains("a symbolic link to file");
        Files.delete(back.resolve("to-file"));
        Files.createSymbolicLink(back.resolve("to-file"), Path.of("/elsewhere"));
        done("load", "-p", remote + "/to-file", "back/to-file");
        assertThat(Files.readSymbolicLink(back.resolve("to-file"))).isEqualTo(Path.of("file"));
        try (var names = Files.list(back)) {
            assertThat(names.map(name -> name.getFileName().toString()))
                    .containsExactlyInAnyOrder("file", "below", "to-file", "to-directory", "to-nothing");
        }
    }

    @Test
    void withoutPreserveTheyAreLeftOutAndSaidSo() {
        CommandRun save = done("save", "-r", "tree", remote);
        assertThat(save.err() + save.out()).contains("2 skipped");
        assertThat(done("cat", remote + "/to-file").out()).isEqualTo("content");
        done("ln", "-s", "x", remote + "/link");
        CommandRun load = done("load", "-r", "--json", remote, "back");
        assertThat(load.out()).contains("\"skipped\":\"a symbolic link");
        assertThat(directory.resolve("back/link")).doesNotExist();
        assertThat(Files.exists(directory.resolve("back/link"), LinkOption.NOFOLLOW_LINKS))
                .isFalse();
    }

    /** A link that lies in the way on this computer leads wherever somebody wants. */
    @Test
    void noLoadWritesThroughALinkThatLiesInTheWay() throws IOException {
        Path victim = Files.createDirectory(directory.resolve("victim"));
        Files.writeString(victim.resolve("file"), "mine");
        done("save", "-r", "-p", "tree", remote);
        done("save", "tree/file", remote + "/below/file");
        Path back = Files.createDirectory(directory.resolve("back"));
        Files.createSymbolicLink(back.resolve("below"), victim);
        Files.createSymbolicLink(back.resolve("file"), victim.resolve("file"));
        for (String[] command : new String[][] {{"load", "-r", "-p", remote, "."}, {"sync", "-p", remote, "back"}}) {
            if (command[0].equals("load")) {
                Files.move(back, directory.resolve(remote.substring(1)));
            }
            CommandRun run = refused(command);
            assertThat(run.err()).contains("is a symbolic link, which is not followed");
            assertThat(Files.readString(victim.resolve("file"))).isEqualTo("mine");
            try (var names = Files.list(victim)) {
                assertThat(names).hasSize(1);
            }
            if (command[0].equals("load")) {
                Files.move(directory.resolve(remote.substring(1)), back);
            }
        }
    }

    @Test
    void syncMirrorsLinksAndTheirRemoval() throws IOException {
        assertThat(done("sync", "-p", "tree", remote).out()).contains("3 links");
        assertThat(done("sync", "-p", "tree", remote).out()).contains("4 unchanged");
        Files.delete(tree.resolve("to-nothing"));
        Files.delete(tree.resolve("to-file"));
        Files.createSymbolicLink(tree.resolve("to-file"), Path.of("below/../file"));
        assertThat(done("sync", "-p", "--delete", "-n", "tree", remote).out())
                .contains("a symbolic link to below/../file")
                .contains("would remove " + remote + "/to-nothing");
        done("sync", "-p", "--delete", "tree", remote);
        assertThat(done("readlink", remote + "/to-file").out()).isEqualTo("below/../file\n");
        assertThat(refused("readlink", remote + "/to-nothing").err()).contains("no such file");
        assertThat(done("sync", "-p", remote, "mirror").out()).contains("2 links");
        assertThat(done("sync", "-p", "--delete", remote, "mirror").out()).contains("3 unchanged");
        done("rm", remote + "/to-directory");
        done("sync", "-p", "--delete", remote, "mirror");
        Path mirror = directory.resolve("mirror");
        assertThat(Files.exists(mirror.resolve("to-directory"), LinkOption.NOFOLLOW_LINKS))
                .isFalse();
        assertThat(mirror.resolve("below")).isDirectory();
    }
}
