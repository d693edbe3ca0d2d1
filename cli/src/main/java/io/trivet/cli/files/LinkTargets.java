package io.trivet.cli.files;

import io.trivet.client.TrivetClient;
import io.trivet.model.RemotePath;
import io.trivet.model.TrivetException;
import java.util.Optional;

/** Where symbolic links of the cluster lead, as far as this user may know it. */
final class LinkTargets {
    private LinkTargets() {}

    /** Empty for a user who may see the link but not read it, and for a link that is gone. */
    static Optional<String> of(TrivetClient client, RemotePath link) {
        try {
            return Optional.of(client.readLink(link));
        } catch (TrivetException e) {
            return switch (e.kind()) {
                case FORBIDDEN, NO_SUCH_FILE, BAD_REQUEST, IS_A_DIRECTORY -> Optional.empty();
                default -> throw e;
            };
        }
    }
}
