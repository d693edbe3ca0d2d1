package io.trivet.wire;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * What a node proves itself with.
 *
 * @param chain its certificate, then the authority's
 */
public record Credentials(PrivateKey key, List<X509Certificate> chain) {
    public Credentials {
        chain = List.copyOf(chain);
        if (chain.size() != AuthorityCheck.CHAIN) {
            throw new IllegalArgumentException("a chain is a node's certificate and the authority's");
        }
    }

    public X509Certificate certificate() {
        return chain.getFirst();
    }

    public X509Certificate authority() {
        return chain.getLast();
    }

    /** Without the key. */
    @Override
    public String toString() {
        return "credentials of " + certificate().getSubjectX500Principal() + " until "
                + certificate().getNotAfter();
    }
}
