package io.trivet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.cli.remote.FakeClient;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Sync, sums, and what is kept, with a real node whose chunks have 1 MiB. */
@Timeout(180)
final class SyncTest {
    private static final AtomicInteger TESTS = new AtomicInteger();
    private static final Instant THEN = Instant.parse("2020-02-03T04:05:06.123456789Z");

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
        Files.createDirectories(tree.resolve("a/b"));
        Files.writeString(tree.resolve("top.txt"), "top");
        Files.writeString(tree.resolve("a/one"), "one");
        Files.writeString(tree.resolve("a/b/two.tmp"), "two");
    }

    private CommandRun run(String... arguments) {
        return cluster.run(directory, InputStream.nullInputStream(), arguments);
    }

    private CommandRun done(String... arguments) {
        CommandRun run = run(arguments);
        assertThat(run.code()).as(run.err()).isZero();
        return run;
    }

    private String remoteTree() {
        return done("find", remote).out();
    }

    @Test
    void whatIsNewOrDifferentIsSavedAndNothingElse() throws IOException {
        assertThat(done("sync", "tree", remote).out()).startsWith("synchronized " + remote + ": 3 files, 9 bytes in ");
        assertThat(done("sync", "tree", remote).out())
                .startsWith("synchronized " + remote + ": 0 files")
                .contains("3 unchanged");
        Files.writeString(tree.resolve("a/one"), "changed");
        assertThat(done("sync", "tree", remote).out())
                .contains(": 1 file, 7 bytes in ")
                .contains("2 unchanged");
        assertThat(done("cat", remote + "/a/one").out()).isEqualTo("changed");
    }

    /** The source is right, also where it is older. */
    @Test
    void aNewerTargetIsReplacedToo() throws IOException {
        done("sync", "tree", remote);
        Files.writeString(directory.resolve("other"), "of another");
        done("save", "other", remote + "/top.txt");
        Files.setLastModifiedTime(tree.resolve("top.txt"), FileTime.from(THEN));
        done("sync", "tree", remote);
        assertThat(done("cat", remote + "/top.txt").out()).isEqualTo("top");
    }

    @Test
    void whatTheSourceHasNotStaysUnlessItShallGo() throws IOException {
        done("trash", "keep", "1h");
        done("sync", "tree", remote);
        Files.delete(tree.resolve("a/b/two.tmp"));
        Files.delete(tree.resolve("a/b"));
        Files.delete(tree.resolve("top.txt"));
        done("sync", "tree", remote);
        assertThat(remoteTree()).contains("/top.txt").contains("/a/b/two.tmp");
        assertThat(done("sync", "--delete", "tree", remote).out()).contains("3 removed");
        assertThat(remoteTree())
                .doesNotContain("top.txt")
                .doesNotContain("/a/b")
                .contains("/a/one");
        assertThat(done("trash", "list", remote).out()).contains("/top.txt").contains("/a/b/two.tmp");
    }

    @Test
    void whatIsLeftOutIsNeitherSavedNorRemoved() throws IOException {
        done("sync", "--exclude", "*.tmp", "tree", remote);
        assertThat(remoteTree()).doesNotContain("two.tmp");
        done("sync", "tree", remote);
        Files.delete(tree.resolve("a/b/two.tmp"));
        Files.delete(tree.resolve("a/b"));
        done("sync", "--delete", "--exclude", "*.tmp", "tree", remote);
        assertThat(remoteTree()).contains("/a/b/two.tmp");
        done("sync", "--delete", "--include", "*.txt", "tree", remote);
        assertThat(remoteTree()).contains("/a/b/two.tmp").contains("/a/one");
    }

    @Test
    void aDryRunSaysAllAndDoesNothing() throws IOException {
        done("save", "tree/top.txt", remote + "/extra");
        String said = done("sync", "-n", "--delete", "tree", remote).out();
        assertThat(said)
                .contains("a/one -> " + remote + "/a/one")
                .contains("would remove " + remote + "/extra")
                .contains("would synchronize " + remote + ": 3 files, 9 bytes, 1 removed");
        assertThat(remoteTree()).contains("/extra").doesNotContain("/a/one");
        assertThat(done("sync", "-n", "--delete", "--json", "tree", remote).out())
                .contains("{\"path\":\"" + remote + "/extra\",\"removed\":true,\"dryRun\":true}")
                .contains("\"removed\":1,\"failed\":0");
        done("sync", "tree", remote);
        Files.createDirectory(directory.resolve("local"));
        Files.writeString(directory.resolve("local/mine"), "x");
        assertThat(done("sync", "-n", "--delete", remote, "local").out()).contains("would remove");
        assertThat(directory.resolve("local").toFile().list()).containsExactly("mine");
    }

    @Test
    void bytesAreComparedIfTheChecksumShallDecide() throws IOException {
        done("sync", "tree", remote);
        FileTime time = Files.getLastModifiedTime(tree.resolve("a/one"));
        Files.writeString(tree.resolve("a/one"), "eno");
        Files.setLastModifiedTime(tree.resolve("a/one"), time);
        Files.setLastModifiedTime(tree.resolve("top.txt"), FileTime.from(THEN));
        assertThat(done("sync", "-n", "tree", remote).out()).contains("top.txt").doesNotContain("a/one");
        assertThat(done("sync", "--checksum", "tree", remote).out())
                .contains(": 1 file, 3 bytes in ")
                .contains("2 unchanged");
        assertThat(done("cat", remote + "/a/one").out()).isEqualTo("eno");
    }

    @Test
    void theOtherDirectionLoadsAndRemovesLocally() throws IOException {
        done("sync", "tree", remote);
        Path copy = directory.resolve("copy");
        done("sync", remote, "copy");
        assertThat(copy.resolve("a/b/two.tmp")).hasContent("two");
        assertThat(Files.getLastModifiedTime(copy.resolve("top.txt")))
                .isEqualTo(Files.getLastModifiedTime(tree.resolve("top.txt")));
        assertThat(done("sync", remote, "copy").out()).contains("3 unchanged");

        Path outside = Files.createDirectory(directory.resolve("outside"));
        Files.writeString(outside.resolve("precious"), "x");
        Files.createSymbolicLink(copy.resolve("link"), outside);
        Files.createDirectories(copy.resolve("old/deep"));
        Files.writeString(copy.resolve("old/deep/file"), "x");
        Files.writeString(copy.resolve("old/kept.log"), "x");
        Files.writeString(copy.resolve(".trivet-load-1234~"), "of a load under way");
        done("rm", remote + "/top.txt");
        done("sync", remote, "copy");
        assertThat(copy.resolve("top.txt")).exists();
        assertThat(done("sync", "--delete", "--exclude", "*.log", remote, "copy")
                        .out())
                .contains("4 removed"); // top.txt, link, old/deep/file, old/deep
        assertThat(copy.resolve("top.txt")).doesNotExist();
        assertThat(copy.resolve("link")).doesNotExist();
        assertThat(outside.resolve("precious")).exists();
        assertThat(copy.resolve("old/deep")).doesNotExist();
        assertThat(copy.resolve("old/kept.log")).exists();
        assertThat(copy.resolve(".trivet-load-1234~")).exists();
    }

    @Test
    void whichIsTheLocalDirectoryIsNeverGuessed() {
        String local = tree.toString();
        assertThat(run("sync", local, remote).code()).isEqualTo(2);
        assertThat(run("sync", local, remote).err()).contains("both directories begin with /");
        assertThat(run("sync", "tree", "backup").err()).contains("no directory begins with /");
        assertThat(run("sync", "--save", "--load", "tree", remote).code()).isEqualTo(2);
        assertThat(run("sync", "--load", "tree", remote).code()).isEqualTo(2);
        assertThat(run("sync", "none", remote).err()).contains("none: no such file or directory");
        assertThat(run("sync", "tree/top.txt", remote).err()).contains("tree/top.txt: is not a directory");
        assertThat(run("sync", remote + "/none", "copy").code()).isEqualTo(1);
        done("sync", "--save", local, remote);
        assertThat(remoteTree()).contains("/a/one");
        done("save", "tree/top.txt", remote + "/file");
        assertThat(run("sync", "tree", remote + "/file").err()).contains("/file: is not a directory");
    }

    @Test
    void aDirectoryInPlaceOfAFileIsReported() throws IOException {
        done("mkdir", remote + "/top.txt");
        CommandRun run = run("sync", "--json", "tree", remote);
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("/top.txt: is a directory: a file of that name cannot be saved over it");
        assertThat(remoteTree()).contains("/a/one");
    }

    /** The files of both sides have the times of 1970 here. */
    private static final class OfTwo {
        private final FakeClient client = new FakeClient().with("/r/f", "old").with("/r/extra", "x");
        private final Path directory;

        OfTwo(Path directory) throws IOException {
            this.directory = directory;
            Files.createDirectories(directory.resolve("t"));
            Files.writeString(directory.resolve("t/f"), "newer");
        }

        CommandRun run(String... arguments) {
            return CommandRun.of(client, directory, arguments);
        }
    }

    @Test
    void whatAnotherSavesMeanwhileIsNotReplaced() throws IOException {
        OfTwo two = new OfTwo(directory);
        two.client.meanwhile = () -> two.client.with("/r/f", "of another");
        CommandRun run = two.run("sync", "--json", "t", "/r");
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("/r/f: was changed by another meanwhile, and is left as it is");
        assertThat(run.out()).contains("\"kind\":\"CONDITION_FAILED\"");
        assertThat(two.client.text("/r/f")).isEqualTo("of another");
    }

    @Test
    void whatAnotherMakesMeanwhileIsNotReplaced() throws IOException {
        OfTwo two = new OfTwo(directory);
        Files.writeString(directory.resolve("t/new"), "mine");
        two.client.meanwhile = () -> two.client.with("/r/new", "of another");
        assertThat(two.run("sync", "t", "/r").code()).isEqualTo(1);
        assertThat(two.client.text("/r/new")).isEqualTo("of another");
    }

    @Test
    void whatAnotherSavesMeanwhileIsNotRemoved() throws IOException {
        OfTwo two = new OfTwo(directory);
        two.client.meanwhile = () -> two.client.with("/r/extra", "of another");
        CommandRun run = two.run("sync", "--delete", "t", "/r");
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("/r/extra: was changed by another meanwhile");
        assertThat(two.client.text("/r/extra")).isEqualTo("of another");
    }

    @Test
    void whatIsGoneMeanwhileNeedsNoRemoval() throws IOException {
        OfTwo two = new OfTwo(directory);
        two.client.meanwhile = () -> two.client.files.remove(io.trivet.model.RemotePath.parse("/r/extra"));
        CommandRun run = two.run("sync", "--delete", "t", "/r");
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.out()).doesNotContain("removed");
    }

    @Test
    void aLocalFileThatAnotherWritesMeanwhileIsNotReplaced() throws IOException {
        OfTwo two = new OfTwo(directory);
        two.client.files.remove(io.trivet.model.RemotePath.parse("/r/extra")); // its load would come first
        two.client.meanwhile = () -> {
            try {
                Files.writeString(directory.resolve("t/f"), "of another");
                Files.setLastModifiedTime(directory.resolve("t/f"), FileTime.from(THEN));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };
        CommandRun run = two.run("sync", "/r", "t");
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("f: was changed by another meanwhile");
        assertThat(directory.resolve("t/f")).hasContent("of another");
    }

    @Test
    void theRateIsLimitedForTheCommandAndNoLonger() throws IOException {
        OfTwo two = new OfTwo(directory);
        assertThat(two.run("sync", "--limit-rate", "2MiB", "t", "/r").code()).isZero();
        assertThat(two.run("save", "--limit-rate", "64KiB", "t/f", "/x").code()).isZero();
        assertThat(two.run("load", "--limit-rate", "1000000", "/none", "y").code())
                .isEqualTo(1);
        assertThat(two.client.rates).containsExactly(2L << 20, 0L, 64L << 10, 0L, 1_000_000L, 0L);
        assertThat(two.run("save", "t/f", "/x").code()).isZero();
        assertThat(two.client.rates).hasSize(6);
        for (String wrong : new String[] {"63KiB", "1", "fast", ""}) {
            assertThat(two.run("save", "--limit-rate", wrong, "t/f", "/x").code())
                    .as(wrong)
                    .isEqualTo(2);
        }
    }

    @Test
    void saveAndLoadTakeAsLongAsTheRateSays() throws IOException {
        Files.write(directory.resolve("large"), new byte[3 << 20]);
        long begin = System.nanoTime();
        done("save", "--limit-rate", "2MiB", "large", remote + "/large");
        assertThat(Duration.ofNanos(System.nanoTime() - begin))
                .isBetween(Duration.ofMillis(900), Duration.ofSeconds(20));
        begin = System.nanoTime();
        done("load", "--limit-rate", "2MiB", remote + "/large", "loaded");
        assertThat(Duration.ofNanos(System.nanoTime() - begin))
                .isBetween(Duration.ofMillis(900), Duration.ofSeconds(20));
    }

    @Test
    void permissionsComeBackIfTheyShallBeKept() throws IOException {
        Files.setPosixFilePermissions(tree.resolve("top.txt"), PosixFilePermissions.fromString("rwx--x--x"));
        done("save", "-p", "-r", "tree", remote);
        done("load", "-p", "-r", remote, "kept");
        assertThat(Files.getPosixFilePermissions(directory.resolve("kept/top.txt")))
                .isEqualTo(PosixFilePermissions.fromString("rwx--x--x"));
        done("chmod", "u=rw,go=", remote + "/top.txt");
        done("load", "-p", remote + "/top.txt", "one");
        assertThat(Files.getPosixFilePermissions(directory.resolve("one")))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        assertThat(run("save", "-p", "-", remote + "/x").code()).isEqualTo(2);
        assertThat(run("load", "-p", remote + "/top.txt", "-").code()).isEqualTo(2);
    }

    @Test
    void touchSetsTheTimeThatALoadGivesBack() throws IOException {
        done("touch", "-d", THEN.toString(), remote + "/new");
        done("load", remote + "/new", "new");
        assertThat(directory.resolve("new")).isEmptyFile();
        assertThat(Files.getLastModifiedTime(directory.resolve("new")).toInstant())
                .isEqualTo(THEN);
        done("attr", "set", remote + "/new", "user.origin", "here");
        assertThat(done("attr", "get", remote + "/new", "user.origin").out()).isEqualTo("here");
        done("touch", "-d", "@-5.5", remote);
        assertThat(done("stat", "--json", remote).out()).contains("\"modified\":\"1969-12-31T23:59:54.500Z\"");
    }

    /** With one chunk and with several, of which the last is short, whole or missing. */
    @Test
    void theSumsOfTheSameBytesAreEqualOnBothSides() throws IOException {
        for (int size : new int[] {0, 5, 1 << 20, (1 << 20) + 1, 3 << 20}) {
            byte[] bytes = new byte[size];
            new Random(size).nextBytes(bytes);
            Files.write(directory.resolve("f"), bytes);
            done("save", "f", remote + "/f");
            String there = done("sum", remote + "/f").out();
            String here = done("sum", "--local", "f").out();
            assertThat(here.replace("  f\n", "")).isEqualTo(there.replace("  " + remote + "/f\n", ""));
            assertThat(here).contains(size <= 1 << 20 ? "sha256:" : "sha256-tree:");
            if (size > 0) {
                bytes[size - 1] ^= 1;
                Files.write(directory.resolve("f"), bytes);
                String other = done("sum", "--local", "f").out();
                assertThat(other.substring(0, 8)).isNotEqualTo(here.substring(0, 8));
                assertThat(other.split("  ", -1)[1]).isNotEqualTo(here.split("  ", -1)[1]);
            }
        }
    }
}
