package io.trivet.model;

/**
 * A change of the cluster's keys: a new authority replaced an old one, which vouches for it.
 * Certificates are DER in base64; the reader verifies them.
 *
 * @param authority the new authority's certificate
 * @param voucher a certificate for the new authority's key, issued by the old one. A peer that
 *     trusts only the old authority trusts the new one too until the voucher expires; then the old
 *     one is no longer trusted
 * @param before the old authority's certificate
 * @param tokensFrom the count of departures ({@code TokenKeys}) from which keys of chunk tokens are
 *     derived from the new cluster keys
 */
public record KeySuccession(String authority, String voucher, String before, long tokensFrom) {
    /** The most characters in each certificate. */
    public static final int MAX_TEXT = 4096;

    /** The most successions in the life of a cluster. */
    public static final int MAX = 256;

    public KeySuccession {
        if (authority.length() > MAX_TEXT || voucher.length() > MAX_TEXT || before.length() > MAX_TEXT) {
            throw new IllegalArgumentException("a certificate has at most " + MAX_TEXT + " characters");
        }
    }
}
