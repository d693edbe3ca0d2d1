package io.trivet.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Processor time that processes have used, user and system, as Linux counts it: in ticks of 10 ms. */
record CpuTime(List<Long> processes) {
    private static final double TICKS_PER_SECOND = 100;
    private static final int USER = 11;
    private static final int SYSTEM = 12;

    /** Seconds since the processes began, summed over all of them. */
    double seconds() throws IOException {
        double all = 0;
        for (long process : processes) {
            String stat = Files.readString(Path.of("/proc", Long.toString(process), "stat"));
            // The name, in parentheses, may hold spaces: what counts comes after it.
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            all += (Long.parseLong(fields[USER]) + Long.parseLong(fields[SYSTEM])) / TICKS_PER_SECOND;
        }
        return all;
    }

    /** The most memory that any of the processes had resident so far, in MiB. */
    double peakMebibytes() throws IOException {
        double most = 0;
        for (long process : processes) {
            for (String line : Files.readAllLines(Path.of("/proc", Long.toString(process), "status"))) {
                if (line.startsWith("VmHWM:")) {
                    most = Math.max(most, Long.parseLong(line.replaceAll("\\D", "")) / 1024.0);
                }
            }
        }
        return most;
    }
}
