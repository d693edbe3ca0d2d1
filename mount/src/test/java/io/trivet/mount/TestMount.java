package io.trivet.mount;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.mount.fuse.MountPoint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A mount in a process of its own, and commands that use it, each in a process of its own with a limit
 * of time. This process never touches the mount.
 */
final class TestMount implements AutoCloseable {
    static final int SECONDS = 60;

    private final Path directory;
    private final Path log;
    private final Process process;

    private TestMount(Path directory, Path log, Process process) {
        this.directory = directory;
        this.log = log;
        this.process = process;
    }

    /** What a command printed, both streams, and its exit status. */
    record Run(int status, String output) {
        Run done() {
            assertThat(status).as(output).isZero();
            return this;
        }
    }

    static TestMount start(TestCluster cluster, Path base, String name, long spoolBytes, String mode)
            throws IOException {
        return start(cluster, base, name, "/", spoolBytes, mode);
    }

    /** Mounts over {@code base/name}. */
    static TestMount start(TestCluster cluster, Path base, String name, String root, long spoolBytes, String mode)
            throws IOException {
        Path directory = base.resolve(name);
        if (MountPoint.at(directory).isEmpty()) { // a dead mount is not touched
            Files.createDirectories(directory);
        }
        Path log = base.resolve(name + ".log");
        Files.deleteIfExists(log);
        Process process = new ProcessBuilder(java(
                        MountProcess.class,
                        cluster.profile.toString(),
                        root,
                        directory.toString(),
                        base.resolve(name + ".spool").toString(),
                        Long.toString(spoolBytes),
                        mode))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        TestMount mount = new TestMount(directory, log, process);
        mount.awaitReady();
        return mount;
    }

    /** A program of these tests, as words of a command. */
    static List<String> java(Class<?> program, String... arguments) {
        List<String> words = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                program.getName()));
        words.addAll(List.of(arguments));
        return words;
    }

    private void awaitReady() throws IOException {
        for (int tries = 0; tries < SECONDS * 20; tries++) {
            if (log().startsWith("ready")) {
                return;
            }
            if (!process.isAlive()) {
                break;
            }
            sleep();
        }
        close();
        throw new IOException("no mount: " + log());
    }

    private static void sleep() {
        try {
            TimeUnit.MILLISECONDS.sleep(50);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    Process process() {
        return process;
    }

    String log() throws IOException {
        return Files.readString(log);
    }

    /** Waits until it has told this. */
    void awaitLog(String text) throws IOException {
        for (int tries = 0; tries < SECONDS * 20 && !log().contains(text); tries++) {
            sleep();
        }
        assertThat(log()).contains(text);
    }

    /** Runs a script of the shell in the mount point. */
    Run shell(String script) throws IOException {
        return run(directory, List.of("sh", "-c", "set -e; cd \"$0\"; " + script, directory.toString()));
    }

    /** Runs a program of these tests, whose first argument is a file of the mount. */
    Run program(Class<?> program, String... words) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(words));
        arguments.set(0, directory + "/" + words[0]);
        return run(directory, java(program, arguments.toArray(String[]::new)));
    }

    private static Run run(Path directory, List<String> words) throws IOException {
        Path output = Files.createTempFile(directory.getParent(), "output", ".txt");
        Process process = new ProcessBuilder(words)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            boolean ended = process.waitFor(SECONDS, TimeUnit.SECONDS);
            if (!ended) {
                process.destroyForcibly();
            }
            String said = new String(Files.readAllBytes(output), StandardCharsets.UTF_8);
            return new Run(ended ? process.exitValue() : -1, ended ? said : said + "\nnot done in time: " + words);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        } finally {
            Files.deleteIfExists(output);
        }
    }

    /** As by kill -9. */
    void kill() throws IOException {
        process.destroyForcibly();
        awaitDeath();
    }

    /** Asks it to end, as by a signal; it unmounts by itself. */
    void terminate() throws IOException {
        process.destroy();
        awaitDeath();
        assertThat(MountPoint.at(directory)).isEmpty();
    }

    void unmount() throws IOException {
        MountPoint.unmount(directory, false);
        awaitDeath();
    }

    private void awaitDeath() throws IOException {
        try {
            assertThat(process.waitFor(SECONDS, TimeUnit.SECONDS)).as(log()).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Whatever state it is in, nothing of it remains. */
    @Override
    public void close() throws IOException {
        process.destroy();
        try {
            if (!process.waitFor(15, TimeUnit.SECONDS)) {
                Optional<MountPoint.Mounted> mounted = MountPoint.at(directory);
                if (mounted.isPresent()) {
                    abort(mounted.get());
                }
                process.destroyForcibly().waitFor(15, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        if (MountPoint.at(directory).isPresent()) {
            MountPoint.unmount(directory, true);
        }
    }

    /** Fails all requests under way, so that nobody waits for this mount. */
    private static void abort(MountPoint.Mounted mounted) {
        try {
            Files.writeString(Path.of("/sys/fs/fuse/connections/" + mounted.device() + "/abort"), "1");
        } catch (IOException _) {
            // Only root may; then the process is killed, which does the same.
        }
    }
}
