package io.trivet.bench.namespace;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A node as a process, with its data and logs in one directory. One thread at a time. */
final class MeasuredNode {
    private static final long POLL_NANOS = 2_000_000;
    private static final Duration READY_LIMIT = Duration.ofMinutes(4);
    private static final Duration LEAVE_LIMIT = Duration.ofMinutes(1);

    private final List<String> program;
    private final Path home;
    private final String address;
    private @Nullable Process process;
    private long startedAtBytes;

    /** @param program the words that run {@code trivet} */
    MeasuredNode(List<String> program, Path home, String address) {
        this.program = List.copyOf(program);
        this.home = home;
        this.address = address;
    }

    Path data() {
        return home.resolve("data");
    }

    Path profile() {
        return home.resolve("profile");
    }

    String address() {
        return address;
    }

    /** The directory of its quorum. */
    Path quorum() {
        return data().resolve("quorum");
    }

    /** Starts it; {@link #awaitReady} waits until it serves. */
    void start(List<String> arguments) throws IOException {
        Files.createDirectories(home);
        startedAtBytes = Files.exists(out()) ? Files.size(out()) : 0;
        List<String> command = new ArrayList<>(program);
        command.addAll(List.of("node", "--data", data().toString(), "--listen", address));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(out().toFile()))
                .redirectError(
                        ProcessBuilder.Redirect.appendTo(home.resolve("err.log").toFile()));
        builder.environment().put("TRIVET_CONFIG", profile().toString());
        process = builder.start();
    }

    private Path out() {
        return home.resolve("out.log");
    }

    void awaitReady() throws IOException {
        long end = System.nanoTime() + READY_LIMIT.toNanos();
        while (!saysReady()) {
            if (process == null || !process.isAlive() || System.nanoTime() - end > 0) {
                throw new IOException(home + ": the node is not ready; err.log says why");
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    private boolean saysReady() throws IOException {
        byte[] all = Files.readAllBytes(out());
        String since = new String(all, (int) startedAtBytes, all.length - (int) startedAtBytes, StandardCharsets.UTF_8);
        return since.lines().anyMatch(line -> line.startsWith("ready"));
    }

    boolean isRunning() {
        return process != null && process.isAlive();
    }

    long pid() {
        Process running = process;
        if (running == null) {
            throw new IllegalStateException(home + ": the node does not run");
        }
        return running.pid();
    }

    /** SIGTERM, as an operator stops a node. */
    void stop() throws IOException {
        end(false);
    }

    /** {@code kill -9}. */
    void kill() throws IOException {
        end(true);
    }

    private void end(boolean forcibly) throws IOException {
        Process running = process;
        if (running == null) {
            return;
        }
        if (forcibly) {
            running.destroyForcibly();
        } else {
            running.destroy();
        }
        try {
            if (!running.waitFor(LEAVE_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                running.destroyForcibly();
                throw new IOException(home + ": the node does not stop");
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        process = null;
    }
}
