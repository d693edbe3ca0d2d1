/**
 * Vital threads: a process that has lost one looks healthy but no longer accepts, repairs or
 * applies anything, and nothing restarts it. So the death of such a thread is always reported, and
 * the program that runs the node ends with it.
 *
 * <p>Invariant: every thread of a node that must run until the node closes is started by {@link
 * io.trivet.thread.VitalThreads}. Beside them, {@link io.trivet.thread.BackgroundThreads} are those
 * that may end. May import nothing.
 */
@NullMarked
package io.trivet.thread;

import org.jspecify.annotations.NullMarked;
