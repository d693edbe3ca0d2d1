/**
 * The interactive shell, completion, manual pages.
 *
 * <p>May import cli.remote, cli.terminal and cli.text.
 */
@NullMarked
package io.trivet.cli.shell;

import org.jspecify.annotations.NullMarked;
