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
import java.util.concurrent.ExecutionException;
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
        Optional<MountRecord> record = MountRecord.of(console, directory);
        Optional<ProcessHandle> process =
                record.isEmpty() ? Optional.empty() : record.get().process();
        MountPoint.unmount(directory, lazy || MountPoint.isDead(directory));
        if (!lazy && process.isPresent()) {
            await(process.get());
        }
        return ExitCode.DONE;
    }

    /** It ends when everything is saved. */
    private static void await(ProcessHandle process) throws CommandFailure {
        try {
            process.onExit().get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure(Text.of("interrupted"));
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }
}
