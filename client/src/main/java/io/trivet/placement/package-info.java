/**
 * Where chunks are: slots, candidates, and the planner that makes layouts.
 *
 * <p>The idea: no table says where the chunks of a file are. A file's record holds the slot of its
 * first chunk, the rest sit in the slots after it, and a layout of a few kilobytes gives every slot
 * to R nodes; so the size of the cluster's files never shows in the size of its memory, and anyone
 * who has the layout can compute who has a chunk, who should take one in place of a dead node, and
 * whom to ask first.
 *
 * <pre>
 * file --{@link io.trivet.placement.FirstSlot}--> first slot --(+ number - 1)--> slot --{@link io.trivet.model.Layout}--> homes
 * slot, layouts, nodes --{@link io.trivet.placement.SlotCandidates}--> every node, in the order in which to write
 *                      --{@link io.trivet.placement.ReadOrder}---> every node, in the order in which to read
 * old layout, members, R --{@link io.trivet.placement.Planner}--> new layout and what has to move
 * </pre>
 *
 * <p>The invariant: everything here is a function of its arguments. Two nodes, two releases or two
 * runs that are given the same get the same, down to the order of a list: the namespace runs the
 * rule and the planner on every master, and a stand-in is found again by the hash that chose it. A
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
