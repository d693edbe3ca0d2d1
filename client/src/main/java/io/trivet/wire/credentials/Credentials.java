package io.trivet.wire.credentials;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * The key and certificates with which a node authenticates.
 *
 * @param chain its certificate, then the authority's, then the vouchers and certificates of former
 *     authorities
 */
public record Credentials(PrivateKey key, List<X509Certificate> chain) {
    public Credentials {
        chain = List.copyOf(chain);
        if (!AuthorityCheck.isChain(chain.size())) {
            throw new IllegalArgumentException("a chain is a node's certificate and the authority's");
        }
    }

    public X509Certificate certificate() {
        return chain.getFirst();
    }

    public X509Certificate authority() {
        return chain.get(1);
    }

    /** Without the key. */
    @Override
    public String toString() {
        return "credentials of " + certificate().getSubjectX500Principal() + " until "
                + certificate().getNotAfter();
    }
}
