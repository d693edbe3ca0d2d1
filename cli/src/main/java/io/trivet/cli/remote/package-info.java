/**
 * The cluster as commands see it: connections, remote names and trees, options that every such command has.
 *
 * <p>May import cli.terminal and cli.text.
 */
@NullMarked
package io.trivet.cli.remote;

import org.jspecify.annotations.NullMarked;
