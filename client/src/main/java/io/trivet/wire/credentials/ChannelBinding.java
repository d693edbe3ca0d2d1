package io.trivet.wire.credentials;

/**
 * What a login over TLS is bound to, so that its proof is worth nothing on another connection. The
 * caller chooses what its JDK can do; the listener takes both. The proof covers the choice.
 */
public enum ChannelBinding {
    /**
     * The keys of this one connection (RFC 9266, {@code tls-exporter}). Java 25 and newer give them.
     */
    EXPORTER,

    /**
     * The certificate that the listener showed (RFC 5929, {@code tls-server-end-point}), always by
     * SHA-256: a node cannot pass the login on to another node, which has another certificate.
     */
    SERVER_END_POINT
}
