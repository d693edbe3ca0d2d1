package io.trivet.wire;

import io.trivet.model.Address;
import io.trivet.model.ClusterId;
import io.trivet.model.NodeId;
import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;

/** The reasons to refuse a connection before its first request. */
final class ConnectionErrors {
    private ConnectionErrors() {}

    static TrivetException version(Address peer, int version) {
        return TrivetException.of(
                Refusal.Kind.WRONG_VERSION,
                peer.toString(),
                "it speaks version " + version + " of the protocol, this program version " + Preface.VERSION
                        + ": use programs of one release, or of two that follow each other");
    }

    /** For a caller in plaintext at a cluster that uses TLS. */
    static Refusal plaintext() {
        return new Refusal(
                Refusal.Kind.DENIED,
                "",
                "this cluster speaks TLS, and the caller does not: use the profile of this cluster, or the whole token"
                        + " that it issued");
    }

    static TrivetException node(Address peer, NodeId meant, NodeId found) {
        return TrivetException.of(
                Refusal.Kind.WRONG_NODE, peer.toString(), found + " answered there instead of " + meant);
    }

    static TrivetException key(Address peer, NodeId claimed) {
        return TrivetException.of(
                Refusal.Kind.UNTRUSTED,
                peer.toString(),
                "it calls itself " + claimed + ", and its certificate is for another key than the one that " + claimed
                        + " joined with");
    }

    static TrivetException cluster(Address peer, ClusterId expected, ClusterId found) {
        return TrivetException.of(
                Refusal.Kind.WRONG_CLUSTER,
                peer.toString(),
                "it belongs to cluster " + found + ", not to " + expected + ": check the address");
    }
}
