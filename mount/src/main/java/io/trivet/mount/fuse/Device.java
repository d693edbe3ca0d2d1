package io.trivet.mount.fuse;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/** A descriptor of {@code /dev/fuse} that belongs to a mount. One thread reads; any thread replies. */
final class Device implements AutoCloseable {
    private static final String PATH = "/dev/fuse";

    /** ioctl FUSE_DEV_IOC_CLONE. */
    private static final long CLONE = 0x8004e500L;

    private final int descriptor;

    Device(int descriptor) {
        this.descriptor = descriptor;
    }

    /** Not yet part of a mount. */
    static Device open() throws IOException {
        int descriptor = SystemCalls.open(PATH, SystemCalls.READ_WRITE | SystemCalls.CLOSE_ON_EXEC);
        if (descriptor < 0) {
            throw new IOException(PATH + ": cannot be opened: error " + -descriptor);
        }
        return new Device(descriptor);
    }

    int descriptor() {
        return descriptor;
    }

    /** Another descriptor of the same mount, with a queue of its own. Throws if the kernel has none. */
    Device duplicate() throws IOException {
        Device other = open();
        int failed = SystemCalls.control(other.descriptor, CLONE, descriptor);
        if (failed < 0) {
            other.close();
            throw new IOException(PATH + ": no second descriptor: error " + -failed);
        }
        return other;
    }

    /** Waits for a request. Returns its length, or minus an error number. */
    int read(MemorySegment bytes, MemorySegment capture) {
        return SystemCalls.read(descriptor, bytes, bytes.byteSize(), capture);
    }

    /** Sends a reply. Returns minus an error number if the kernel did not take it. */
    int write(MemorySegment bytes, int length, MemorySegment capture) {
        return SystemCalls.write(descriptor, bytes, length, capture);
    }

    @Override
    public void close() {
        SystemCalls.close(descriptor);
    }
}
