package io.trivet.node;

import io.trivet.authority.NodeCertificate;
import io.trivet.authority.NodeKey;
import io.trivet.wire.Protection;
import io.trivet.wire.Trust;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What this node proves itself with; nothing in a cluster that speaks plaintext.
 *
 * @param protection of all its connections
 */
record Passport(Protection protection, Optional<NodeCertificate> certificate) {
    /** What is in the directory of a node that was born. */
    static Passport of(Path data, Trust trust) throws IOException {
        return switch (trust) {
            case Trust.Plaintext plaintext -> new Passport(Protection.of(plaintext), Optional.empty());
            case Trust.Authority authority -> {
                NodeCertificate certificate = NodeCertificate.in(data, NodeKey.in(data), authority);
                yield new Passport(Protection.of(authority, certificate::current), Optional.of(certificate));
            }
        };
    }
}
