package io.trivet.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.trivet.client.Profiles;
import io.trivet.mount.fuse.MountPoint;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code trivet mount} and {@code trivet unmount}; what is mounted is used only by other processes. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
final class MountCommandTest {
    @TempDir
    static Path base = Path.of("");

    private LiveCluster cluster;

    @BeforeAll
    void start() throws IOException {
        cluster = LiveCluster.start(Files.createDirectory(base.resolve("cluster")));
    }

    @AfterAll
    void end() {
        cluster.close();
    }

    private static void assumeFuse() {
        Optional<String> obstacle = MountPoint.obstacle();
        assumeTrue(obstacle.isEmpty(), () -> "no mount is tested: " + obstacle.orElse(""));
    }

    private CommandRun run(String... arguments) {
        Map<String, String> environment = Map.of(
                Profiles.ENVIRONMENT,
                cluster.profile().toString(),
                "XDG_STATE_HOME",
                base.resolve("state").toString());
        return cluster.run(base, InputStream.nullInputStream(), environment, arguments);
    }

    private static String shell(Path directory, String script) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(List.of("sh", "-c", "cd \"$0\" && " + script, directory.toString()))
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes());
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return said;
    }

    private static void awaitMounted(Path directory) throws IOException, InterruptedException {
        for (int tries = 0; tries < 600 && MountPoint.at(directory).isEmpty(); tries++) {
            TimeUnit.MILLISECONDS.sleep(50);
        }
        assertThat(MountPoint.at(directory)).isPresent();
    }

    @Test
    void aMountIsServedUntilItIsUnmounted() throws Exception {
        assumeFuse();
        Path mounted = Files.createDirectory(base.resolve("mnt")).toRealPath();
        CompletableFuture<CommandRun> mount =
                CompletableFuture.supplyAsync(() -> run("mount", "--spool-limit", "1MiB", "mnt"));
        try {
            awaitMounted(mounted);
            assertThat(shell(mounted, "echo one > file && cat file")).isEqualTo("one\n");
            assertThat(shell(mounted, "head -c 2000000 /dev/zero > large")).contains("No space left");
            assertThat(run("mount", "mnt").err()).contains("it is mounted already");
            assertThat(run("unmount", "mnt").code()).isZero();
            assertThat(mount.get(60, TimeUnit.SECONDS).code()).isZero();
        } finally {
            if (MountPoint.at(mounted).isPresent()) {
                MountPoint.unmount(mounted, true);
            }
        }
        assertThat(run("stat", "/file").code()).isZero();
        assertThat(base.resolve("state/trivet/mounts")).isDirectoryRecursivelyContaining("glob:**/spool/lock");
    }

    @Test
    void fstabsWordsAreUnderstoodAndOthersRefused() throws Exception {
        assumeFuse();
        Path mounted = Files.createDirectory(base.resolve("words")).toRealPath();
        run("mkdir", "/shown/directory");
        CompletableFuture<CommandRun> mount =
                CompletableFuture.supplyAsync(() -> run("mount", "-o", "ro,uid=12,gid=34,_netdev", "/shown", "words"));
        try {
            awaitMounted(mounted);
            assertThat(shell(mounted, "stat -c '%u %g %n' *; touch new 2>&1"))
                    .startsWith("12 34 directory\n")
                    .contains("Read-only file system");
            CommandRun unmounted = run("unmount", "words");
            assertThat(unmounted.code()).as(unmounted.err()).isZero();
            assertThat(mount.get(60, TimeUnit.SECONDS).code()).isZero();
        } finally {
            if (MountPoint.at(mounted).isPresent()) {
                MountPoint.unmount(mounted, true);
            }
        }
        assertThat(run("mount", "-o", "sync", "words").code()).isEqualTo(2);
        assertThat(run("mount", "-o", "uid=me", "words").err()).contains("a number is expected");
    }

    @Test
    void whatCannotBeMountedIsSaid() throws IOException {
        assumeFuse();
        Files.writeString(base.resolve("plain"), "x");
        assertThat(run("mount", "plain").err()).contains("is not a directory");
        assertThat(run("mount", "nowhere").err()).contains("is not a directory");
        Files.createDirectory(base.resolve("empty"));
        assertThat(run("mount", "/missing", "empty").err()).contains("no such file");
        assertThat(run("mount", "--timeout", "0s", "empty").code()).isEqualTo(2);
        assertThat(run("mount", "--spool-limit", "much", "empty").code()).isEqualTo(2);
        assertThat(run("unmount", "empty").err()).contains("nothing of Trivet is mounted at");
    }
}
