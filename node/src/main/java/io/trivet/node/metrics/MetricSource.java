package io.trivet.node.metrics;

/** A part of the node that can be read. Any thread; ends soon, also where a disk or another node hangs. */
public interface MetricSource {
    /** Adds its values as they are now. */
    void read(Metrics into);
}
