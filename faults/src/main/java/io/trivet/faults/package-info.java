/**
 * Breaks a cluster on purpose. Nodes are real processes on loopback, each with its own directory;
 * clients are the public ones; faults are data, drawn from a seed.
 *
 * <pre>
 *   Schedule --Fault--> FaultInjector --signals, damage--> ServerProcess x N, their disks
 *                          |                                   ^
 *   FaultRun: break, wait, heal, audit                         | save, load, rename, remove, list
 *                          |                                   |
 *                        Audit  <---ExpectedTree------------ Worker x M
 * </pre>
 *
 * <p>The invariants, checked after each fault has healed: what was acknowledged is there and equal
 * byte for byte; an operation with an unknown outcome happened completely or not at all; an
 * operation that was refused did not happen; nothing removed is back; a listing shows exactly what
 * is there.
 *
 * <p>Each worker owns a directory, so it always knows what must be in it ({@link
 * io.trivet.faults.ExpectedTree}), whatever the others do.
 *
 * <p>Every process that is started here ends here: when its cluster closes, or else when this
 * program ends. Signals go only to process ids that were started here. May import anything; no
 * other module imports it.
 */
@NullMarked
package io.trivet.faults;

import org.jspecify.annotations.NullMarked;
