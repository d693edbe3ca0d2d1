package io.trivet.cli.mount;

import io.trivet.cli.terminal.Console;
import io.trivet.cli.text.CommandFailure;
import io.trivet.cli.text.ExitCode;
import io.trivet.cli.text.Text;
import io.trivet.mount.fuse.MountPoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code trivet unmount}. */
@Command(
        name = "unmount",
        sortOptions = false,
        header = "Unmounts what trivet mount has mounted, and waits until everything is saved.",
        description = {
            "",
            "It fails while programs have files open there or work in a directory of it. A mount whose process has died is"
                    + " cleared away.",
            ""
        })
public final class UnmountCommand implements Callable<Integer> {
    private static final int LOOK_MS = 50;

    private final Console console;

    @Option(
            names = "--lazy",
            description =
                    "Also while programs use it: the directory is free at once, and the mount ends when its last user has"
                            + " ended.")
    boolean lazy;

    @Parameters(paramLabel = "MOUNTPOINT", description = "The directory of this computer.")
    String path = "";

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and exit.")
    boolean help;

    public UnmountCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException, CommandFailure {
        Path directory = MountPoint.resolved(console.local(path));
        if (MountPoint.at(directory).isEmpty()) {
            throw new CommandFailure(Text.of("nothing of Trivet is mounted at {0}", directory));
        }
        boolean dead = MountPoint.isDead(directory);
        MountPoint.unmount(directory, lazy || dead);
        Optional<MountRecord> record = MountRecord.of(console, directory);
        if (!lazy && !dead && record.isPresent()) {
            await(record.get());
        }
        return ExitCode.DONE;
    }

    /** Its process ends, or says so, when everything is saved. */
    private static void await(MountRecord record) throws IOException, CommandFailure {
        try {
            while (record.process().isPresent()) {
                TimeUnit.MILLISECONDS.sleep(LOOK_MS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure(Text.of("interrupted"));
        }
    }
}
