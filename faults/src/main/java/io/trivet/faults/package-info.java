/**
 * Breaks a cluster on purpose. Nodes are real processes on loopback, each with its own directory;
 * clients are the public ones; faults are data, drawn from a seed.
 *
 * <pre>
 *   Schedule --Fault--> FaultInjector --signals, damage----> ServerProcess x N, their disks
 *                          |                                   ^
 *   FaultRun: break, wait, heal, audit                         | save, load, rename, remove, list
 *                          |                                   |
 *                        Audit  <--ExpectedTree----------  Worker x M
 * </pre>
 *
 * <p>The invariants, checked after each fault has healed: what was acknowledged is there and equal
 * byte for byte; an operation whose outcome nobody knows happened whole or not at all; an operation
 * that was refused did not happen; nothing removed is back; a listing shows exactly what is there.
 *
 * <p>Each worker owns a directory, so it knows at every moment what must be in it ({@link
 * io.trivet.faults.ExpectedTree}), whatever the others do.
 *
 * <p>Every process that is started here ends here: when its cluster closes, or else when this
 * program ends. Signals go to process ids that were started here, never to names. May import
 * anything; nobody imports it.
 */
@NullMarked
package io.trivet.faults;

import org.jspecify.annotations.NullMarked;
