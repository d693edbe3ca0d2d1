package io.trivet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Permissions and times of directories, kept and given back with -p, with a real node. */
@Timeout(120)
final class DirectoryMetadataTest {
    private static final Instant INNER = Instant.parse("2001-02-03T04:05:06.123456789Z");
    private static final Instant OUTER = Instant.parse("1969-07-20T20:17:40Z");

    @TempDir
    static Path base;

    private static LiveCluster cluster;

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

    private static void done(String... arguments) {
        CommandRun run = cluster.run(base, InputStream.nullInputStream(), arguments);
        assertThat(run.code()).as("%s %s", run.out(), run.err()).isZero();
    }

    private static Path tree(String name) throws IOException {
        Path tree = Files.createDirectories(base.resolve(name));
        Files.createDirectories(tree.resolve("outer/inner"));
        Files.writeString(tree.resolve("outer/inner/file"), "content");
        set(tree.resolve("outer/inner"), "r-xr-x---", INNER);
        set(tree.resolve("outer"), "rwx------", OUTER);
        return tree;
    }

    private static void set(Path directory, String mode, Instant time) throws IOException {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString(mode));
        Files.setLastModifiedTime(directory, FileTime.from(time));
    }

    private static void has(Path directory, String mode, Instant time) throws IOException {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)))
                .isEqualTo(mode);
        assertThat(Files.getLastModifiedTime(directory).toInstant()).isEqualTo(time);
    }

    @Test
    void whatASaveKeepsALoadGivesBack() throws IOException {
        tree("saved");
        done("save", "-r", "-p", "saved", "/");
        done("load", "-r", "-p", "/saved", "loaded");
        has(base.resolve("loaded/outer"), "rwx------", OUTER);
        has(base.resolve("loaded/outer/inner"), "r-xr-x---", INNER);
        assertThat(base.resolve("loaded/outer/inner/file")).hasContent("content");
        done("load", "-r", "/saved", "plain");
        assertThat(Files.getLastModifiedTime(base.resolve("plain/outer")).toInstant())
                .isAfter(INNER);
    }

    @Test
    void syncKeepsThemInBothDirections() throws IOException {
        Path tree = tree("synced");
        done("sync", "-p", "synced", "/synced");
        set(tree.resolve("outer"), "rwxr-x--x", INNER);
        Files.writeString(tree.resolve("outer/extra"), "more");
        Files.setLastModifiedTime(tree.resolve("outer"), FileTime.from(INNER));
        done("sync", "-p", "synced", "/synced");
        done("sync", "-p", "/synced", "back");
        has(base.resolve("back/outer"), "rwxr-x--x", INNER);
        Files.delete(tree.resolve("outer/extra"));
        Files.setLastModifiedTime(tree.resolve("outer"), FileTime.from(OUTER));
        done("sync", "-p", "--delete", "synced", "/synced");
        done("sync", "-p", "--delete", "/synced", "back");
        has(base.resolve("back/outer"), "rwxr-x--x", OUTER);
        assertThat(base.resolve("back/outer/extra")).doesNotExist();
    }
}
