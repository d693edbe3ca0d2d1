package io.trivet.node;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many files and connections the system allows this process, and the limit on connections that
 * follows.
 */
final class FileDescriptorLimit {
    private static final Logger LOG = LoggerFactory.getLogger(FileDescriptorLimit.class);

    /** Descriptors for jars, chunks, the log and the database. */
    private static final int OWN = 512;

    private static final int FEWEST_CONNECTIONS = 32;

    private FileDescriptorLimit() {}

    /**
     * The number of connections for which there are descriptors; logs a warning if it is lower than
     * {@code most}.
     */
    static int connections(int most) {
        long allowed = ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                ? unix.getMaxFileDescriptorCount()
                : Long.MAX_VALUE;
        int connections = connections(most, allowed);
        if (connections < most) {
            LOG.warn(
                    "few descriptors allowed={} connections={}: raise the limit of open files (ulimit -n) to {} or more",
                    allowed,
                    connections,
                    most + OWN);
        }
        return connections;
    }

    static int connections(int most, long allowed) {
        return Math.clamp(allowed - OWN, FEWEST_CONNECTIONS, most);
    }
}
