/**
 * Checks that the namespace is linearizable: that the results of concurrent clients are possible if
 * every operation takes effect at one moment between its call and its return (Herlihy and Wing,
 * 1990).
 *
 * <pre>
 *   client 1   |--- save a ---|        |---- stat a: absent ----|
 *   client 2          |--- rename a b ---|
 *   possible:      save a, rename a b, stat a
 * </pre>
 *
 * <p>The search is Wing and Gong's, with the cache of Lowe (2017): a set of placed operations, with
 * the resulting state, is tried once. Names that no rename connects are searched separately, since
 * linearizability is local. An operation with an unknown outcome may be placed at any time after
 * its call, or nowhere.
 *
 * <p>Pure, except {@link io.trivet.faults.history.Recorder}. May import model and client.
 */
@NullMarked
package io.trivet.faults.history;

import org.jspecify.annotations.NullMarked;
