/**
 * Threads that a process cannot do without. A process one of whose threads has ended looks healthy
 * and is not: nobody accepts, repairs or applies any more, and nothing restarts it. So the death of
 * such a thread is never silent, and the program that runs the node ends with it.
 *
 * <p>Invariant: every thread of a node that must run until the node closes is started by {@link
 * io.trivet.thread.VitalThreads}. May import nothing.
 */
@NullMarked
package io.trivet.thread;

import org.jspecify.annotations.NullMarked;
