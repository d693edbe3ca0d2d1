package io.trivet.faults.machine;

import io.trivet.faults.powerloss.PowerLossMachine;
import io.trivet.faults.powerloss.SurvivalPolicy;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A file system whose power can be cut. It ends, with its content, when its {@link
 * PowerLossMachine} does.
 */
public final class PowerLossVolume implements Volume {
    private final PowerLossMachine machine;
    private final Path mount;
    private final long bytes;

    private PowerLossVolume(PowerLossMachine machine, Path mount, long bytes) {
        this.machine = machine;
        this.mount = mount;
        this.bytes = bytes;
    }

    static PowerLossVolume make(PowerLossMachine machine, Path mount, long bytes) throws IOException {
        machine.mount(mount, mount.resolveSibling(mount.getFileName() + ".backing"), bytes);
        return new PowerLossVolume(machine, mount, bytes);
    }

    /** Whoever had something open there must have ended. */
    public void cut(SurvivalPolicy survival, long seed) throws IOException {
        machine.cut(mount, survival, seed);
    }

    @Override
    public long totalBytes() {
        return bytes;
    }

    @Override
    public void fillBut(long leaveBytes) throws IOException {
        machine.fillBut(mount, leaveBytes);
    }

    @Override
    public void fill() throws IOException {
        fillBut(0);
    }

    @Override
    public void free() throws IOException {
        machine.free(mount);
    }

    @Override
    public void close() {}
}
