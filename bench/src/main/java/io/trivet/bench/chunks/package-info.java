/** Measures one chunk store without a network: what a small chunk costs its disk. May import chunk and model. */
@NullMarked
package io.trivet.bench.chunks;

import org.jspecify.annotations.NullMarked;
