package io.trivet.faults;

import io.trivet.client.Profiles;
import io.trivet.faults.machine.FakeClock;
import io.trivet.model.Address;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One node as a process, with the class path and the Java of this one. Its output is in {@code
 * out.log} and {@code err.log} beside its data. One thread at a time.
 */
final class ServerProcess {
    private static final long POLL_NANOS = 10_000_000;
    private static final Duration END_LIMIT = Duration.ofSeconds(10);
    private static final String HEAP = "192m";
    private static final Duration LEAVE_LIMIT = Duration.ofSeconds(40);
    /** Frequent, so that chunks deleted by mistake are noticed during the run. */
    static final String SWEEP_EVERY = "5s";

    private static final String READY = "ready";

    private final Path home;
    private Address address;
    private Site site;
    private final @Nullable FakeClock clock;
    private @Nullable Process process;
    private boolean clockIsWrong;
    private long startedAtBytes;
    private boolean paused;

    /**
     * The directories of a node.
     *
     * @param disks its own directory first, then its further disks
     * @param logs a directory for its output
     * @param prefix put before the command
     */
    record Site(List<Path> disks, Path logs, List<String> prefix) {
        Site {
            disks = List.copyOf(disks);
            prefix = List.copyOf(prefix);
        }
    }

    /** {@code home} will hold its profile; without a {@code clock} it uses this machine's. */
    ServerProcess(Path home, Address address, Site site, Optional<FakeClock> clock) {
        this.home = home;
        this.address = address;
        this.site = site;
        this.clock = clock.orElse(null);
    }

    Address address() {
        return address;
    }

    /** The directories of {@code --data} and {@code --disk}, in this order. */
    List<Path> disks() {
        return site.disks;
    }

    /**
     * Starts the node for the first time, with {@code --init} or {@code --join TOKEN} and further
     * arguments.
     */
    void create(List<String> arguments) throws IOException {
        Files.createDirectories(home);
        List<String> all = new ArrayList<>(List.of("--listen", address.toString()));
        for (Path disk : site.disks.subList(1, site.disks.size())) {
            all.addAll(List.of("--disk", disk.toString()));
        }
        all.addAll(arguments);
        start(all, Map.of());
    }

    /** Restarts it with the content of its directory. */
    void restart() throws IOException {
        start(List.of(), Map.of());
    }

    /** Restarts it with further arguments. */
    void restart(List<String> arguments) throws IOException {
        start(arguments, Map.of());
    }

    /** Restarts it at another address. */
    void restartAt(Address other, List<String> arguments) throws IOException {
        address = other;
        List<String> all = new ArrayList<>(List.of("--listen", other.toString()));
        all.addAll(arguments);
        start(all, Map.of());
    }

    /**
     * Sets its disks from now on, its own directory first, as after moving them while it was down.
     */
    void moved(List<Path> disks) {
        site = new Site(disks, site.logs, site.prefix);
    }

    /** Restarts it with a clock that {@link #jumpClock} can move; throws if there is none. */
    void restartWithItsOwnClock() throws IOException {
        ownClock().jump(Duration.ZERO);
        start(List.of(), ownClock().environment());
        clockIsWrong = true;
    }

    void jumpClock(Duration by) throws IOException {
        ownClock().jump(by);
    }

    private FakeClock ownClock() {
        return Objects.requireNonNull(clock, "no clock that can jump");
    }

    private void start(List<String> arguments, Map<String, String> environment) throws IOException {
        if (isAlive()) {
            throw new IllegalStateException(address + " runs already");
        }
        List<String> command = new ArrayList<>(site.prefix);
        command.addAll(TrivetProgram.withHeap(HEAP));
        command.addAll(List.of("node", "--data", site.disks.getFirst().toString(), "--sweep-every", SWEEP_EVERY));
        command.addAll(arguments);
        startedAtBytes = Files.exists(out()) ? Files.size(out()) : 0;
        paused = false;
        clockIsWrong = false;
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(out().toFile()))
                .redirectError(ProcessBuilder.Redirect.appendTo(errors().toFile()));
        builder.environment().put(Profiles.ENVIRONMENT, profile().toString());
        builder.environment().putAll(environment);
        process = builder.start();
    }

    /**
     * Runs a command on the directory of the node, which must not run; throws {@link IOException}
     * with its output if it fails.
     */
    void command(String... words) throws IOException {
        if (isAlive()) {
            throw new IllegalStateException(address + " runs");
        }
        List<String> command = TrivetProgram.withHeap(HEAP);
        command.addAll(List.of(words));
        command.addAll(List.of("--data", site.disks.getFirst().toString()));
        Process ran = new ProcessBuilder(command).redirectErrorStream(true).start();
        ran.getOutputStream().close();
        String said = new String(ran.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (!ran.waitFor(LEAVE_LIMIT.toMillis(), TimeUnit.MILLISECONDS) || ran.exitValue() != 0) {
                throw new IOException(String.join(" ", words) + " at " + address + ": " + said.strip());
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** The file with the account of a new cluster's administrator. */
    Path profile() {
        return home.resolve("profile");
    }

    private Path out() {
        return site.logs.resolve("out.log");
    }

    /** The file with its log events. */
    Path errors() {
        return site.logs.resolve("err.log");
    }

    /**
     * Waits for the line that says that the node serves; throws {@link IOException} with its last
     * output if it ends or takes longer.
     */
    void awaitReady(Duration limit) throws IOException {
        long end = System.nanoTime() + limit.toNanos();
        while (!saysReady()) {
            if (!isAlive() || System.nanoTime() - end > 0) {
                throw new IOException("node at " + address + (isAlive() ? " is not ready after " + limit : " ended")
                        + "; " + errors() + " ends with:\n" + lastWords());
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    private boolean saysReady() throws IOException {
        if (!Files.exists(out())) {
            return false;
        }
        byte[] all = Files.readAllBytes(out());
        String since = new String(all, (int) startedAtBytes, all.length - (int) startedAtBytes, StandardCharsets.UTF_8);
        return since.lines().anyMatch(line -> line.startsWith(READY));
    }

    String lastWords() throws IOException {
        List<String> lines = Files.readAllLines(errors());
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 15), lines.size()));
    }

    /** Its resident memory; Linux only. */
    long residentBytes() throws IOException {
        long pid = Objects.requireNonNull(process, "it does not run").pid();
        return Files.readAllLines(Path.of("/proc", Long.toString(pid), "status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
                .sum();
    }

    /** The processor time of its present run; zero after its end, or where the system does not tell. */
    Duration processorTime() {
        return ProcessorTimes.of(
                Objects.requireNonNull(process, "it does not run").toHandle());
    }

    boolean isAlive() {
        return process != null && process.isAlive();
    }

    /** Whether it ended without being killed or stopped from here. */
    boolean endedByItself() {
        return process != null && !process.isAlive();
    }

    boolean isPaused() {
        return paused;
    }

    /** Whether it runs with a clock that may have jumped. */
    boolean isClockWrong() {
        return clockIsWrong;
    }

    /** {@code kill -9}; returns when it has ended. */
    void kill() {
        Process running = process;
        if (running == null) {
            return;
        }
        running.destroyForcibly();
        try {
            if (!running.waitFor(END_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IllegalStateException("process " + running.pid() + " does not end");
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        process = null;
        paused = false;
    }

    /** SIGTERM; returns when it has ended, throws {@link IOException} if it does not. */
    void stop() throws IOException {
        Process running = process;
        if (running == null) {
            return;
        }
        running.destroy();
        try {
            if (!running.waitFor(LEAVE_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException(
                        "node at " + address + " does not stop; " + errors() + " ends with:\n" + lastWords());
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        process = null;
    }

    /** Sends {@code kill -9} without waiting. Any thread. */
    void killNow() {
        Process running = process;
        if (running != null) {
            running.destroyForcibly();
        }
    }

    /** Stops the process until {@link #resume}: its sockets stay open and nothing answers. */
    void pause() throws IOException {
        signal("STOP");
        paused = true;
    }

    void resume() throws IOException {
        signal("CONT");
        paused = false;
    }

    private void signal(String name) throws IOException {
        Process running = process;
        if (running == null) {
            throw new IllegalStateException(address + " does not run");
        }
        Process kill = new ProcessBuilder("sh", "-c", "kill -" + name + " " + running.pid())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            if (!kill.waitFor(END_LIMIT.toMillis(), TimeUnit.MILLISECONDS) || kill.exitValue() != 0) {
                throw new IOException("signal " + name + " did not reach process " + running.pid());
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
