/**
 * Measures the whole system, in real processes, beside the local disk in the same run: absolute figures drift from machine to machine and from hour to
 * hour, ratios of one run less so.
 *
 * <p>May import anything; nobody imports it.
 */
@NullMarked
package io.trivet.bench;

import org.jspecify.annotations.NullMarked;
