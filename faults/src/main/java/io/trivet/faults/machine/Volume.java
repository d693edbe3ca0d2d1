package io.trivet.faults.machine;

import io.trivet.faults.powerloss.PowerLossMachine;
import java.io.IOException;
import java.nio.file.Path;

/** A file system of its own, which can be filled without filling the machine's. One thread. */
public sealed interface Volume extends AutoCloseable permits LoopVolume, PowerLossVolume {
    /** Creates {@code image} with this size, and the directory {@code mount}. */
    static Volume inFile(Path image, Path mount, long bytes) throws IOException {
        return LoopVolume.make(image, mount, bytes);
    }

    /** A file system whose power can be cut. */
    static PowerLossVolume ofMachine(PowerLossMachine machine, Path mount, long bytes) throws IOException {
        return PowerLossVolume.make(machine, mount, bytes);
    }

    /** The total size in bytes. */
    long totalBytes() throws IOException;

    /** Leaves this many bytes free, or fewer if there are fewer. Concurrent writes reduce them. */
    void fillBut(long leaveBytes) throws IOException;

    /** Leaves no free byte. */
    void fill() throws IOException;

    /** Removes what filled it. */
    void free() throws IOException;

    /** Must not be in use any more. */
    @Override
    void close();
}
