package io.trivet.wire;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;

/** Resolves host names. */
final class ResolvedName {
    /** The most addresses used of one name. */
    private static final int MOST = 16;

    private ResolvedName() {}

    /**
     * At least one address, in the system's order. Throws {@link IOException} if the name is
     * unknown.
     */
    static List<InetAddress> of(String host) throws IOException {
        try {
            return Arrays.stream(InetAddress.getAllByName(host)).limit(MOST).toList();
        } catch (UnknownHostException e) {
            throw new IOException("cannot resolve " + host + ": check DNS or /etc/hosts", e);
        }
    }
}
