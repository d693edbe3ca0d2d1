package io.trivet.faults.machine;

import io.trivet.faults.powerloss.PowerLossMachine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The kinds of faults that this machine supports beyond processes and files.
 *
 * @param network nodes can have networks of their own
 * @param volumes disks can have file systems of their own
 * @param powerLoss disks can have file systems whose power can be cut
 * @param clock the library that gives a process another time; empty if there is none
 * @param missing a line for each unsupported kind of fault, with its requirements
 */
public record Abilities(
        boolean network, boolean volumes, boolean powerLoss, Optional<Path> clock, List<String> missing) {
    /** Only processes on loopback. */
    public static final Abilities NONE = new Abilities(false, false, false, Optional.empty(), List.of());

    private static final String CLOCK_LIBRARY = "libfaketimeMT.so.1";
    private static final Path LIBRARIES = Path.of("/usr/lib");

    public Abilities {
        missing = List.copyOf(missing);
    }

    /** Tests what this machine supports. */
    public static Abilities ofThisMachine() {
        List<String> missing = new ArrayList<>();
        String network = networkLacks();
        if (!network.isEmpty()) {
            missing.add("skipped: partitions and slow links, which need " + network);
        }
        String volumes = volumesLack();
        if (!volumes.isEmpty()) {
            missing.add("skipped: full disks, which need " + volumes);
        }
        String powerLoss = PowerLossMachine.lacks();
        if (!powerLoss.isEmpty()) {
            missing.add("skipped: power losses, which need " + powerLoss);
        }
        Optional<Path> clock = clockLibrary();
        if (clock.isEmpty()) {
            missing.add("skipped: jumps of the clock, which need libfaketime (Debian: apt install libfaketime)");
        }
        return new Abilities(network.isEmpty(), volumes.isEmpty(), powerLoss.isEmpty(), clock, missing);
    }

    /** The same without power loss. */
    public Abilities withoutPowerLoss() {
        return new Abilities(network, volumes, false, clock, missing);
    }

    /** Whether a disk can be filled without filling the machine's. */
    public boolean fullDisks() {
        return volumes || powerLoss;
    }

    private static String networkLacks() {
        String tools = lacking("ip", "nsenter", "nft", "tc");
        if (!tools.isEmpty()) {
            return tools;
        }
        try (Network network = Network.make(1)) {
            network.isolate(0, true);
            network.slow(0, 1000);
            return "";
        } catch (IOException e) {
            return "root and network namespaces (" + e.getMessage() + ")";
        }
    }

    private static String volumesLack() {
        String tools = lacking("mount", "umount", "mkfs.ext4", "fallocate");
        if (!tools.isEmpty()) {
            return tools;
        }
        try {
            Path trial = Files.createTempDirectory("trivet-volume");
            Volume.inFile(trial.resolve("image"), trial.resolve("mount"), LoopVolume.SMALLEST_BYTES)
                    .close();
            Files.delete(trial.resolve("image"));
            Files.delete(trial.resolve("mount"));
            Files.delete(trial);
            return "";
        } catch (IOException e) {
            return "root and loop devices (" + e.getMessage() + ")";
        }
    }

    private static String lacking(String... tools) {
        return String.join(
                " ", Stream.of(tools).filter(tool -> !Shell.has(tool)).toList());
    }

    private static Optional<Path> clockLibrary() {
        if (!Files.isDirectory(LIBRARIES)) {
            return Optional.empty();
        }
        try (Stream<Path> libraries = Files.find(LIBRARIES, 3, (path, _) -> path.endsWith(CLOCK_LIBRARY))) {
            return libraries.findFirst();
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
