/**
 * The files of a cluster by S3: the commands that serve it, and that help its clients.
 *
 * <p>May import cli.remote, cli.terminal and cli.text.
 */
@NullMarked
package io.trivet.cli.s3;

import org.jspecify.annotations.NullMarked;
