package io.trivet.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * A process that is started and ended here, with its output in a file. One thread, except {@link
 * #kill}.
 */
final class Daemon implements AutoCloseable {
    private static final long LEAVE_SECONDS = 10;

    private final Process process;
    private final String name;
    private final Path log;

    private Daemon(Process process, String name, Path log) {
        this.process = process;
        this.name = name;
        this.log = log;
    }

    /** Starts it; it ends at the latest when {@code place} is closed. */
    static Daemon start(
            Workplace place, String name, Path folder, List<String> command, Map<String, String> environment)
            throws IOException {
        Files.createDirectories(folder);
        Path log = folder.resolve(name + ".log");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        Daemon daemon = new Daemon(builder.start(), name, log);
        place.atEnd(daemon::kill);
        return daemon;
    }

    long id() {
        return process.pid();
    }

    /**
     * Waits for an output line that matches; throws {@link IOException} with its last output if it
     * ends or takes longer.
     */
    void awaitLine(Predicate<String> wanted, Duration limit) throws IOException {
        Waiting.until(limit, () -> {
            if (hasSaid(wanted)) {
                return true;
            }
            if (!process.isAlive()) {
                throw new IOException(name + " ended; its last words:\n" + lastWords());
            }
            return false;
        });
    }

    /** Whether such a line was output already. */
    boolean hasSaid(Predicate<String> wanted) throws IOException {
        return Files.readAllLines(log).stream().anyMatch(wanted);
    }

    private String lastWords() throws IOException {
        List<String> lines = Files.readAllLines(log);
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 15), lines.size()));
    }

    /** Kills it at once. */
    void kill() {
        process.destroyForcibly();
        await();
    }

    /** Asks it to end, and kills it if it does not. */
    @Override
    public void close() {
        process.destroy();
        if (!await()) {
            kill();
        }
    }

    private boolean await() {
        try {
            return process.waitFor(LEAVE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
