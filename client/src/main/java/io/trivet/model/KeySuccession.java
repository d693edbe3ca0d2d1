package io.trivet.model;

/**
 * The cluster's keys were changed: an authority took the place of the one before, which vouches for
 * it. Certificates in base64 of DER; what they say is checked by whoever believes it.
 *
 * @param authority the new one's certificate
 * @param voucher a certificate for the new one's key by the one before. Whoever believes only the
 *     one before believes the new one too, until it runs out; then the one before is not believed
 *     any more
 * @param before the certificate of the one before
 * @param tokensFrom from so many departures on ({@code TokenKeys}) the keys of chunk tokens follow
 *     from the new keys
 */
public record KeySuccession(String authority, String voucher, String before, long tokensFrom) {
    /** At most this many characters in each certificate. */
    public static final int MAX_TEXT = 4096;

    /** At most this many in the life of a cluster. */
    public static final int MAX = 256;

    public KeySuccession {
        if (authority.length() > MAX_TEXT || voucher.length() > MAX_TEXT || before.length() > MAX_TEXT) {
            throw new IllegalArgumentException("a certificate has at most " + MAX_TEXT + " characters");
        }
    }
}
