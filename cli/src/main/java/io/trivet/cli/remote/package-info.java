/**
 * Access to the cluster for commands: connections, remote names and trees, common options.
 *
 * <p>May import cli.terminal and cli.text.
 */
@NullMarked
package io.trivet.cli.remote;

import org.jspecify.annotations.NullMarked;
