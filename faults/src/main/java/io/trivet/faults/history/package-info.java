/**
 * Checks that the namespace is linearizable: that what concurrent clients saw could have been seen
 * if every operation had happened at one moment between its call and its return (Herlihy and Wing,
 * 1990).
 *
 * <pre>
 *   client 1   |--- save a ---|        |---- stat a: absent ----|
 *   client 2          |--- rename a b ---|
 *   possible:      save a, rename a b, stat a
 * </pre>
 *
 * <p>The search is Wing and Gong's, with the memory of Lowe (2017): a set of operations that are
 * placed, with the state they lead to, is tried once. Names that no rename connects are searched
 * apart, for linearizability is local. An operation whose outcome nobody knows may be placed at any
 * time after its call, or nowhere.
 *
 * <p>Pure, but for {@link io.trivet.faults.history.Recorder}. May import model and client.
 */
@NullMarked
package io.trivet.faults.history;

import org.jspecify.annotations.NullMarked;
