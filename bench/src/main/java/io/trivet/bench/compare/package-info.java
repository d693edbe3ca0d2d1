/**
 * Compares two trees of this program in one run: the cost of a change, on a machine whose speed
 * varies from hour to hour.
 */
@NullMarked
package io.trivet.bench.compare;

import org.jspecify.annotations.NullMarked;
