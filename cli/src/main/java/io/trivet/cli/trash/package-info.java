/**
 * Commands for the trash.
 *
 * <p>May import cli.remote, cli.terminal and cli.text.
 */
@NullMarked
package io.trivet.cli.trash;

import org.jspecify.annotations.NullMarked;
