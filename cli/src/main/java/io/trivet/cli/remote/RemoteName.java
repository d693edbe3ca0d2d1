package io.trivet.cli.remote;

import io.trivet.client.TrivetClient;
import io.trivet.model.NameEntry;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.TrivetException;

/**
 * A remote path as typed. {@code big.bin} means {@code /big.bin}: the cluster has one root and no
 * working directory.
 *
 * @param asDirectory whether it was typed with a slash at its end, so that it names a directory
 */
public record RemoteName(RemotePath path, boolean asDirectory) {
    /** Throws {@link TrivetException} ({@code BAD_NAME}) with what is wrong. */
    public static RemoteName parse(String text) {
        String absolute = text.isEmpty() || text.startsWith("/") ? text : "/" + text;
        return new RemoteName(RemotePath.parse(absolute), absolute.endsWith("/"));
    }

    /** Whether it was typed as a directory, or the cluster has a directory of this name. */
    public boolean isDirectory(TrivetClient client) {
        if (asDirectory) {
            return true;
        }
        try {
            return client.stat(path) instanceof NameEntry.Directory;
        } catch (TrivetException e) {
            if (e.kind() == Refusal.Kind.NO_SUCH_FILE || e.kind() == Refusal.Kind.NOT_A_DIRECTORY) {
                return false;
            }
            throw e;
        }
    }

    /** Only the path. */
    public static RemotePath path(String text) {
        return parse(text).path();
    }
}
