/**
 * The commands that run nodes: node, demo, config, and the settings of a node.
 *
 * <p>May import cli.web, cli.layout, cli.remote and below.
 */
@NullMarked
package io.trivet.cli.node;

import org.jspecify.annotations.NullMarked;
