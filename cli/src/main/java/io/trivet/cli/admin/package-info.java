/**
 * Commands of administrators: users, groups, tokens, keys, namespace, rescue.
 *
 * <p>May import cli.progress, cli.remote and below.
 */
@NullMarked
package io.trivet.cli.admin;

import org.jspecify.annotations.NullMarked;
