package io.trivet.cli.remote;

import io.trivet.model.RemotePath;

/**
 * A remote path as typed. {@code big.bin} means {@code /big.bin}: the cluster has one root and no
 * working directory.
 *
 * @param asDirectory whether it was typed with a slash at its end, so that it names a directory
 */
public record RemoteName(RemotePath path, boolean asDirectory) {
    /** Throws {@link io.trivet.model.TrivetException} ({@code BAD_NAME}) with what is wrong. */
    public static RemoteName parse(String text) {
        String absolute = text.isEmpty() || text.startsWith("/") ? text : "/" + text;
        return new RemoteName(RemotePath.parse(absolute), absolute.endsWith("/"));
    }

    /** Only the path. */
    public static RemotePath path(String text) {
        return parse(text).path();
    }
}
