package io.trivet.bench;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * The runs of one benchmarkCase, in order; the first is the warm-up and does not count for the
 * median. At least two.
 */
record TimedRuns(List<Run> all) {
    private static final double GIBIBYTE = 1 << 30;

    TimedRuns {
        all = List.copyOf(all);
        if (all.size() < 2) {
            throw new IllegalArgumentException("a run that warms up, and one that counts");
        }
    }

    /**
     * One run.
     *
     * @param files the number of files
     * @param cpuSeconds of all processes that took part, user and system
     */
    record Run(int files, double seconds, double cpuSeconds) {}

    Figure seconds() {
        return figure(Run::seconds);
    }

    /** Files per second. */
    Figure rate() {
        return figure(run -> run.files() / run.seconds());
    }

    Figure cpuSecondsPerGibibyte(long bytes) {
        return figure(run -> run.cpuSeconds() / (bytes / GIBIBYTE));
    }

    Figure cpuMsPerFile() {
        return figure(run -> run.cpuSeconds() * 1000 / run.files());
    }

    private Figure figure(ToDoubleFunction<Run> of) {
        List<Double> values = all.stream().map(of::applyAsDouble).toList();
        return new Figure(new Series(values.subList(1, values.size())), values.getFirst());
    }
}
