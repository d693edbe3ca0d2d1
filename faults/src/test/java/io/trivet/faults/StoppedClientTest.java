package io.trivet.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.client.Profiles;
import io.trivet.faults.machine.Abilities;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A client that is stopped during a transfer, as by Ctrl-Z or a closed laptop, continues when it
 * runs again.
 */
@Timeout(240)
class StoppedClientTest {
    private static final int CHUNK = 4 << 20;
    private static final int BYTES = 96 << 20;

    /** Longer than a client's patience with any node. */
    private static final Duration STOPPED = Duration.ofSeconds(14);

    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    Path base;

    @Test
    void saveAndLoadGoOnAfterTheyWereStopped() throws Exception {
        Path nodes = Files.createDirectory(base.resolve("nodes"));
        Path source = base.resolve("source");
        writeSource(source);
        try (ProcessCluster cluster = ProcessCluster.start(nodes, 3, CHUNK, Abilities.NONE)) {
            Path profile = cluster.node(cluster.ids().getFirst()).profile();
            stopInTheMiddle(profile, () -> bytesBelow(nodes) > BYTES / 4, "save", source.toString(), "/big");
            Path out = Files.createDirectory(base.resolve("out"));
            stopInTheMiddle(
                    profile,
                    () -> bytesBelow(out) > 0,
                    "load",
                    "/big",
                    out.resolve("big").toString());
            assertThat(Files.mismatch(source, out.resolve("big"))).isEqualTo(-1);
        }
    }

    private static void writeSource(Path source) throws IOException {
        Random random = new Random(20261128);
        byte[] some = new byte[1 << 20];
        try (var out = Files.newOutputStream(source)) {
            for (int written = 0; written < BYTES; written += some.length) {
                random.nextBytes(some);
                out.write(some);
            }
        }
    }

    private void stopInTheMiddle(Path profile, BooleanSupplier begun, String... arguments) throws Exception {
        File said = base.resolve(arguments[0] + ".log").toFile();
        List<String> command = TrivetProgram.withHeap("1g");
        command.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said);
        builder.environment().put(Profiles.ENVIRONMENT, profile.toString());
        builder.environment().put("XDG_STATE_HOME", base.resolve("state").toString());
        Process client = builder.start();
        try {
            await(begun, client, said);
            signal("STOP", client);
            // The fault itself: nothing can be waited for while the client stands still.
            TimeUnit.NANOSECONDS.sleep(STOPPED.toNanos());
            assertThat(client.isAlive()).as("it was stopped before its end").isTrue();
            signal("CONT", client);
            assertThat(client.waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS)).isTrue();
            assertThat(client.exitValue())
                    .as("%s", Files.readString(said.toPath()))
                    .isZero();
        } finally {
            client.destroyForcibly();
        }
    }

    private static void await(BooleanSupplier condition, Process client, File said) throws IOException {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(client.isAlive() && System.nanoTime() - end < 0)
                    .as("it works: %s", Files.readString(said.toPath()))
                    .isTrue();
            LockSupport.parkNanos(5_000_000);
        }
    }

    private static long bytesBelow(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.map(Path::toFile)
                    .filter(File::isFile)
                    .mapToLong(File::length)
                    .sum();
        } catch (IOException | UncheckedIOException _) {
            return 0; // a file went while it was looked at
        }
    }

    private static void signal(String name, Process process) throws Exception {
        Process kill = new ProcessBuilder("sh", "-c", "kill -" + name + " " + process.pid()).start();
        assertThat(kill.waitFor()).isZero();
    }
}
