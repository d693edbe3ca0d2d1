/**
 * Commands that change layouts and members: nodes, drain, weight, zone, rebalance, replicas,
 * masters.
 *
 * <p>May import cli.status, cli.progress, cli.remote, cli.terminal and cli.text.
 */
@NullMarked
package io.trivet.cli.layout;

import org.jspecify.annotations.NullMarked;
