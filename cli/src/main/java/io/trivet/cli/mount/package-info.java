/**
 * The files of a cluster as a directory: the commands that mount and unmount it.
 *
 * <p>May import cli.remote, cli.terminal and cli.text.
 */
@NullMarked
package io.trivet.cli.mount;

import org.jspecify.annotations.NullMarked;
