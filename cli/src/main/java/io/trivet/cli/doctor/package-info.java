/**
 * The checks of {@code trivet doctor}.
 *
 * <p>May import cli.node, cli.status, cli.remote and below.
 */
@NullMarked
package io.trivet.cli.doctor;

import org.jspecify.annotations.NullMarked;
