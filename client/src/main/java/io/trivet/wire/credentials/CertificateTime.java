package io.trivet.wire.credentials;

import java.time.Instant;

/**
 * Whether a certificate is within its validity period, by the clock that the checking side uses.
 * Any thread.
 */
@FunctionalInterface
public interface CertificateTime {
    /** By this machine's clock. */
    CertificateTime OF_THIS_MACHINE = (from, until) -> isBetween(Instant.now(), from, until);

    boolean isIn(Instant from, Instant until);

    /** Whether a time is neither before {@code from} nor after {@code until}. */
    static boolean isBetween(Instant time, Instant from, Instant until) {
        return !time.isBefore(from) && !time.isAfter(until);
    }
}
