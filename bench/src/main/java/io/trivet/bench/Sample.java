package io.trivet.bench;

import java.util.Arrays;
import java.util.List;

/** Several runs of one thing: how long each took and how much processor time, in seconds. */
record Sample(String name, List<Double> seconds, List<Double> cpuSeconds) {
    double median() {
        return median(seconds);
    }

    double medianCpu() {
        return median(cpuSeconds);
    }

    double fastest() {
        return seconds.stream().mapToDouble(Double::doubleValue).min().orElse(0);
    }

    double slowest() {
        return seconds.stream().mapToDouble(Double::doubleValue).max().orElse(0);
    }

    private static double median(List<Double> values) {
        double[] sorted = values.stream().mapToDouble(Double::doubleValue).toArray();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
