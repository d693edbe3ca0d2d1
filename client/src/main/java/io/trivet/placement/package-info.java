/**
 * Where chunks are: slots, candidates, and the planner that makes layouts.
 *
 * <p>No table says where the chunks of a file are. A file's record holds the slot of its first
 * chunk, the others are in the slots after it, and a layout of a few kilobytes assigns each slot to
 * R nodes. So memory does not grow with the files of the cluster, and everyone who has the layout
 * can compute which nodes have a chunk, which should take one in place of a dead node, and in which
 * order to ask them.
 *
 * <pre>
 * file --{@link io.trivet.placement.FirstSlot}--> first slot --(+ number - 1)--> slot --{@link io.trivet.model.Layout}--> homes
 * slot, layouts, nodes --{@link io.trivet.placement.SlotCandidates}--> every node, in the order in which to write
 *                      --{@link io.trivet.placement.ReadOrder}---> every node, in the order in which to read
 * old layout, members, R --{@link io.trivet.placement.Planner}--> new layout and what has to move
 * </pre>
 *
 * <p>Invariant: everything here is a function of its arguments. Two nodes, two releases or two runs
 * compute the same from the same arguments, down to the order of a list, because every master runs
 * the placement rule and the planner, and readers find a stand-in by the hash that chose it. A
 * layout of the planner always has R different nodes in each slot and keeps its promises on zones
 * and balance, whatever layout it started from.
 *
 * <p>Sources: chained declustering, and its even load after a failure: Hsiao and DeWitt, "Chained
 * Declustering: A New Availability Strategy for Multiprocessor Database Machines", ICDE 1990.
 * Rendezvous hashing: Thaler and Ravishankar, "Using Name-Based Mappings to Increase Hit Rates",
 * IEEE/ACM Transactions on Networking 1998. Few sets of nodes whose loss is fatal: Cidon and
 * others, "Copysets", USENIX ATC 2013. Cheapest exchanges one after the other: successive shortest
 * paths, in Ahuja, Magnanti and Orlin, "Network Flows", 1993.
 *
 * <p>May import model only: no clock, no thread, no randomness, no file, no socket.
 */
@NullMarked
package io.trivet.placement;

import org.jspecify.annotations.NullMarked;
