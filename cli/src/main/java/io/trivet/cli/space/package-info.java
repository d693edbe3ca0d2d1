/**
 * Commands for space: df, du, quotas.
 *
 * <p>May import cli.status, cli.trash, cli.remote, cli.terminal and cli.text.
 */
@NullMarked
package io.trivet.cli.space;

import org.jspecify.annotations.NullMarked;
