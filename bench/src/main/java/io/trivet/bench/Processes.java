package io.trivet.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Linux's accounting of processes. */
record Processes(List<Long> ids) {
    private static final double TICKS_PER_SECOND = 100;
    private static final int USER = 11;
    private static final int SYSTEM = 12;

    Processes {
        ids = List.copyOf(ids);
    }

    /**
     * Processor time since their start, user and system, in seconds; Linux counts in ticks of 10
     * ms.
     */
    double cpuSeconds() throws IOException {
        double all = 0;
        for (long process : ids) {
            String stat = Files.readString(Path.of("/proc", Long.toString(process), "stat"));
            // The name, in parentheses, may contain spaces; the fields follow it.
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            all += (Long.parseLong(fields[USER]) + Long.parseLong(fields[SYSTEM])) / TICKS_PER_SECOND;
        }
        return all;
    }

    /** The resident memory of the process, in MiB. */
    static double residentMebibytes(long process) throws IOException {
        return Files.readAllLines(Path.of("/proc", Long.toString(process), "status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToDouble(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024.0)
                .sum();
    }
}
