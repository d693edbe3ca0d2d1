package io.trivet.cli.node;

import io.trivet.cli.terminal.Console;
import io.trivet.cli.text.CommandFailure;
import io.trivet.cli.text.ProgramName;
import io.trivet.cli.text.Text;
import io.trivet.model.Address;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The existing nodes of a trial, each in a process of its own: node k has its data in {@code
 * DIR/nk}, its output in {@code DIR/nk.log}, its process id in {@code DIR/nk.pid}. A process that
 * ends is not restarted; the person who killed it does that.
 */
final class DemoProcesses implements AutoCloseable {
    private static final String PID = ".pid";
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);
    private static final Duration LOOK_EVERY = Duration.ofMillis(100);

    private final Console console;
    private final Path data;
    private final String repairAfter;
    private final List<Process> processes = new ArrayList<>();
    private volatile boolean closing;

    DemoProcesses(Console console, Path data, String repairAfter) {
        this.console = console;
        this.data = data;
        this.repairAfter = repairAfter;
    }

    /**
     * Returns when all serve; node k listens at the k-th address, and serves HTTP and S3 at the k-th
     * of the others.
     */
    void start(List<Address> addresses, List<Address> http, List<Address> s3, Duration limit)
            throws IOException, CommandFailure {
        long deadline = System.nanoTime() + limit.toNanos();
        List<Long> written = new ArrayList<>();
        for (int number = 0; number < addresses.size(); number++) {
            Path log = file(number, ".log");
            written.add(Files.exists(log) ? Files.size(log) : 0L);
            start(number, addresses.get(number), http.get(number), s3.get(number), log);
        }
        for (int number = 0; number < addresses.size(); number++) {
            awaitReady(number, written.get(number), deadline);
            watch(number, s3.get(number));
        }
    }

    /** The process id of the last node. */
    synchronized long last() {
        return processes.getLast().pid();
    }

    private synchronized void start(int number, Address address, Address http, Address s3, Path log)
            throws IOException, CommandFailure {
        if (closing) {
            throw new CommandFailure(Text.of("interrupted"));
        }
        List<String> command = List.of(
                ProgramName.program(),
                "node",
                "--data",
                directory(number).toString(),
                "--listen",
                address.toString(),
                "--http-listen",
                http.toString(),
                "--s3-listen",
                s3.toString(),
                "--repair-after",
                repairAfter);
        Process process = new ProcessBuilder(command)
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        processes.add(process);
        Files.writeString(file(number, PID), line(process.pid()));
    }

    /**
     * Called by a node's own process: one of a trial that was started again by hand is found by its
     * process id as before. Changes a file only if it holds the id of a process that has ended.
     */
    static void startedAgain(Path directory) {
        Path data = directory.toAbsolutePath().normalize();
        Path file = data.resolveSibling(data.getFileName() + PID);
        try {
            if (Files.isRegularFile(file)
                    && isOfEndedProcess(Files.readString(file).strip())) {
                Files.writeString(file, line(ProcessHandle.current().pid()));
            }
        } catch (IOException _) {
            return; // the node does not need it
        }
    }

    private static boolean isOfEndedProcess(String pid) {
        return pid.matches("[0-9]{1,10}")
                && ProcessHandle.of(Long.parseLong(pid)).isEmpty();
    }

    private static String line(long pid) {
        return pid + System.lineSeparator();
    }

    private void awaitReady(int number, long written, long deadline) throws IOException, CommandFailure {
        Process process = processes.get(number);
        Path log = file(number, ".log");
        while (!saysReady(log, written)) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                throw new CommandFailure(
                        Text.of("node n{0} in {1} does not start: {2}", number, directory(number), log));
            }
            pause();
        }
    }

    private static boolean saysReady(Path log, long from) throws IOException {
        byte[] bytes = Files.readAllBytes(log);
        int start = (int) Math.min(from, bytes.length);
        return new String(bytes, start, bytes.length - start, StandardCharsets.UTF_8)
                .lines()
                .anyMatch(line -> line.startsWith("ready"));
    }

    private void pause() throws CommandFailure {
        try {
            TimeUnit.NANOSECONDS.sleep(LOOK_EVERY.toNanos());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure(Text.of("interrupted"));
        }
    }

    /** Reports when a node ends, and how to restart it. */
    private void watch(int number, Address s3) {
        Process process = processes.get(number);
        var _ = process.onExit().thenRun(() -> {
            if (!closing) {
                console.complain(Text.of(
                        "n{0} (process {1}) has ended. It starts again with: {2}",
                        number,
                        process.pid(),
                        ProgramName.command() + " node --data "
                                + ProgramName.forShell(directory(number).toString()) + " --s3-listen " + s3));
            }
        });
    }

    private Path directory(int number) {
        return data.resolve("n" + number);
    }

    private Path file(int number, String ending) {
        return data.resolve("n" + number + ending);
    }

    /** Ends the processes that this object started, and waits briefly for them. */
    @Override
    public void close() {
        List<Process> ending;
        synchronized (this) {
            closing = true;
            ending = List.copyOf(processes);
        }
        ending.forEach(Process::destroy);
        try {
            long deadline = System.nanoTime() + CLOSE_LIMIT.toNanos();
            for (int number = 0; number < ending.size(); number++) {
                if (!ending.get(number).waitFor(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                    ending.get(number).destroyForcibly();
                }
                Path file = file(number, PID);
                if (Files.exists(file)
                        && Files.readString(file).equals(line(ending.get(number).pid()))) {
                    Files.delete(file);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException _) {
            // It names a process that has ended, and the next start replaces it.
        }
    }
}
