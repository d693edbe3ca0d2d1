/**
 * Two trees of this program side by side in one run: what a change costs, on a machine whose speed
 * differs from hour to hour.
 */
@NullMarked
package io.trivet.bench.compare;

import org.jspecify.annotations.NullMarked;
