/**
 * What every node does for its own chunks without being asked: reads them again, and deletes those that nobody can ever want.
 *
 * <p>Invariant: nothing is deleted but what a linearizable answer of the quorum, newer than the sight of the chunk, calls dead (rule 3). May import
 * model, placement, wire and chunk; what it needs of the namespace comes through small interfaces.
 */
@NullMarked
package io.trivet.repair;

import org.jspecify.annotations.NullMarked;
