package io.trivet.wire;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;

/** What a name stands for. */
final class ResolvedName {
    /** A name with more is nobody's server. */
    private static final int MOST = 16;

    private ResolvedName() {}

    /** One address at least, in the system's order. Throws {@link IOException} where the name is not known. */
    static List<InetAddress> of(String host) throws IOException {
        try {
            return Arrays.stream(InetAddress.getAllByName(host)).limit(MOST).toList();
        } catch (UnknownHostException e) {
            throw new IOException("the name " + host + " is not known here", e);
        }
    }
}
