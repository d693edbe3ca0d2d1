/**
 * Measures the whole system, in real processes, beside the local disk in the same minutes: absolute
 * figures drift from machine to machine and from hour to hour, ratios of one run less so.
 *
 * <pre>
 *   Benchmark ── for each Contender ── start ──> Cluster (processes) ── Measurement by Measurement ──> TableLine ──> Report
 *                                                   │
 *                         ContenderRounds: a round of the local disk, a round of the cluster, and again
 * </pre>
 *
 * <p>A contender is Trivet in one of its forms or a peer; all do the same things to the same files
 * on the same disk, with two copies. Whatever is started here ends here, by its id: when its
 * cluster closes, or else when this program ends.
 *
 * <p>May import anything; nobody imports it.
 */
@NullMarked
package io.trivet.bench;

import org.jspecify.annotations.NullMarked;
