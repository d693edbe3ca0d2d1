package io.trivet.cli.remote;

import io.trivet.model.RemotePath;

/**
 * A remote path as a person writes it. {@code big.bin} stands for {@code /big.bin}: the cluster has
 * one root and no working directory.
 *
 * @param asDirectory whether it was written with a slash at its end, so that it names a directory
 *     to put something into
 */
public record RemoteName(RemotePath path, boolean asDirectory) {
    /** Throws {@link io.trivet.model.TrivetException} ({@code BAD_NAME}) that says what is wrong. */
    public static RemoteName parse(String text) {
        String absolute = text.isEmpty() || text.startsWith("/") ? text : "/" + text;
        return new RemoteName(RemotePath.parse(absolute), absolute.endsWith("/"));
    }

    /** The path alone. */
    public static RemotePath path(String text) {
        return parse(text).path();
    }
}
