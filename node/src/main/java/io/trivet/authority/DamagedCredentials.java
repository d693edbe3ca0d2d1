package io.trivet.authority;

import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Refusals for files of which no other node has a copy. */
final class DamagedCredentials {
    private DamagedCredentials() {}

    static TrivetException of(Path file, @Nullable String why, Throwable cause) {
        return new TrivetException(
                new Refusal(
                        Refusal.Kind.CORRUPT,
                        file.toString(),
                        "it is damaged (" + why
                                + "): put it back from a backup of this directory, and start the node again; without one move the directory aside, and join as a new node as after the loss of a server"),
                cause);
    }
}
