package io.trivet.faults.machine;

import io.trivet.faults.powerloss.PowerLossMachine;
import java.io.IOException;
import java.nio.file.Path;

/** A file system of its own: it can be filled without filling the machine's. One thread. */
public sealed interface Volume extends AutoCloseable permits LoopVolume, PowerLossVolume {
    /** {@code image} is made, of so many bytes, and {@code mount}, a directory. */
    static Volume inFile(Path image, Path mount, long bytes) throws IOException {
        return LoopVolume.make(image, mount, bytes);
    }

    /** Its power can be cut. */
    static PowerLossVolume ofMachine(PowerLossMachine machine, Path mount, long bytes) throws IOException {
        return PowerLossVolume.make(machine, mount, bytes);
    }

    /** Bytes in all. */
    long totalBytes() throws IOException;

    /** Leaves so many bytes free, or fewer if there are fewer. What is written meanwhile takes from them. */
    void fillBut(long leaveBytes) throws IOException;

    /** Leaves nothing: no more can be written. */
    void fill() throws IOException;

    /** Takes away what filled it. */
    void free() throws IOException;

    /** Nobody may use it any more. */
    @Override
    void close();
}
