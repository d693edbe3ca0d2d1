/**
 * Progress bars, meters and totals of transfers.
 *
 * <p>May import cli.remote, cli.terminal and cli.text.
 */
@NullMarked
package io.trivet.cli.progress;

import org.jspecify.annotations.NullMarked;
