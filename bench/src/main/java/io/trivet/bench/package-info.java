/**
 * Measures the whole system, in real processes, beside the local disk in the same minutes: absolute
 * figures drift from machine to machine and from hour to hour, ratios of one run less so.
 *
 * <pre>
 *   Benchmark ── for each Contender ── start ──> Cluster ── Row by Row ──> TableLine ──> Report
 *                                                   │
 *               ContenderRounds: a round of the local disk, a round of the cluster, and again
 * </pre>
 *
 * <p>A contender is Trivet in one of its forms or a peer; all do the same work on the same files
 * and disk, with two copies. Everything that is started here is ended here, by its id: when its
 * cluster closes, or else when this program ends.
 *
 * <p>May import anything; no other module imports it.
 */
@NullMarked
package io.trivet.bench;

import org.jspecify.annotations.NullMarked;
