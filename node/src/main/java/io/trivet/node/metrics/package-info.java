/**
 * What this node tells those who watch it: counters of its requests, and readings of its state.
 *
 * <p>Counters are added to where things happen, at the price of a {@code LongAdder}. Everything
 * else is read at the time of a scrape, by a {@link io.trivet.node.metrics.MetricSource} for each
 * part of the node.
 *
 * <p>Invariant: the set of time series is bounded by the kinds of requests, the disks of the node
 * and states that are enumerated; no name of a user, a file or a caller is a label. A reading that
 * fails leaves out its own metrics and nothing else. May import node.data, node.leader, node.keys,
 * node.raft, node.cluster, node.identity, chunk, quorum, repair, model and wire.
 */
@NullMarked
package io.trivet.node.metrics;

import org.jspecify.annotations.NullMarked;
