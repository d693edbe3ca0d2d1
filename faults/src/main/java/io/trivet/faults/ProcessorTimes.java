package io.trivet.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Who took how much of the machine's processors: the nodes, the attackers, the user, and everything
 * else that runs. Linux only. Any thread.
 */
final class ProcessorTimes {
    /** The kernel counts in hundredths of a second, whatever its own clock is. */
    private static final long MILLIS_OF_TICK = 10;

    /**
     * The columns of /proc/stat in which a processor works; in the others it waits, or they are
     * contained in these.
     */
    private static final List<Integer> WORKING = List.of(1, 2, 3, 6, 7, 8);

    private final Collection<ServerProcess> nodes;
    private final Map<ProcessHandle, Duration> attackers = new HashMap<>();
    private final Map<ProcessHandle, Duration> attackersBefore = new HashMap<>();
    private final long beginNanos = System.nanoTime();
    private final Duration nodesBefore;
    private final Duration selfBefore;
    private final Duration machineBefore;

    ProcessorTimes(Collection<ServerProcess> nodes) throws IOException {
        this.nodes = nodes;
        nodesBefore = ofNodes();
        selfBefore = of(ProcessHandle.current());
        machineBefore = ofMachine();
    }

    /** What a process took so far; zero after its end, or where the system does not tell. */
    static Duration of(ProcessHandle process) {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    private Duration ofNodes() {
        return nodes.stream().map(ServerProcess::processorTime).reduce(Duration.ZERO, Duration::plus);
    }

    private static Duration ofMachine() throws IOException {
        String[] columns = Files.readAllLines(Path.of("/proc/stat")).getFirst().split(" +", -1);
        long ticks = 0;
        for (int column : WORKING) {
            ticks += Long.parseLong(columns[column]);
        }
        return Duration.ofMillis(ticks * MILLIS_OF_TICK);
    }

    /** Reads what the attackers took; to be called often, since nothing is known after their end. */
    synchronized void look(Collection<Process> processes) {
        for (Process process : processes) {
            Duration now = of(process.toHandle());
            attackersBefore.putIfAbsent(process.toHandle(), now);
            attackers.merge(process.toHandle(), now, (one, other) -> one.compareTo(other) > 0 ? one : other);
        }
    }

    /** Seconds of processor time for each second since the beginning, by who took them. */
    synchronized String since() throws IOException {
        double seconds = (System.nanoTime() - beginNanos) / 1e9;
        Duration ofNodes = ofNodes().minus(nodesBefore);
        Duration ofUser = of(ProcessHandle.current()).minus(selfBefore);
        Duration ofAttackers = sum(attackers).minus(sum(attackersBefore));
        Duration all = ofMachine().minus(machineBefore);
        Duration others = all.minus(ofNodes).minus(ofUser).minus(ofAttackers);
        return String.format(
                Locale.ROOT,
                "processors: nodes %.2f, attackers %.2f, user %.2f, others and the kernel %.2f of %d",
                share(ofNodes, seconds),
                share(ofAttackers, seconds),
                share(ofUser, seconds),
                share(others, seconds),
                Runtime.getRuntime().availableProcessors());
    }

    private static Duration sum(Map<ProcessHandle, Duration> times) {
        return times.values().stream().reduce(Duration.ZERO, Duration::plus);
    }

    private static double share(Duration time, double seconds) {
        return time.toMillis() / 1e3 / seconds;
    }
}
