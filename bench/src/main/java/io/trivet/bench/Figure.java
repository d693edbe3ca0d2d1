package io.trivet.bench;

/**
 * The measurements of one thing.
 *
 * @param warm the runs that count
 * @param first the first run in this cluster, before those; NaN if there was none
 */
record Figure(Series warm, double first) {
    /** A figure without a first run, because nothing needs to warm up. */
    static Figure of(Series values) {
        return new Figure(values, Double.NaN);
    }

    double median() {
        return warm.median();
    }
}
