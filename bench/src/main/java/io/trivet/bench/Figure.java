package io.trivet.bench;

/**
 * What was measured of one thing.
 *
 * @param warm what counts
 * @param first the run before that, the first of its kind in this cluster; NaN where there was none
 */
record Figure(Series warm, double first) {
    /** Of what was not tried before, or needs no warming up. */
    static Figure of(Series values) {
        return new Figure(values, Double.NaN);
    }

    double median() {
        return warm.median();
    }
}
