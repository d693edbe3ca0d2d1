package io.trivet.cli;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code trivet namespace sweeping}. */
@Command(
        name = "sweeping",
        sortOptions = false,
        header = "Turns the deletion of what nobody can want any more on or off.",
        description = {
            "",
            "Nodes delete the chunks of abandoned saves at once, and those of removed and replaced files after a grace. "
                    + "After a restore it is off: first see that every name you want is there.",
            ""
        })
final class SweepingCommand extends ClusterCommand {
    private static final long MAX_GRACE_SECONDS = io.trivet.model.Command.MAX_GRACE_SECONDS;

    /** As it is written. */
    enum Switch {
        on,
        off
    }

    @Parameters(index = "0", paramLabel = "on|off", description = "Whether nodes delete.")
    Switch wanted = Switch.on;

    @Option(
            names = "--grace",
            paramLabel = "SECONDS",
            description = "How long what is removed is kept for those who are reading it; 3600 at first.")
    @Nullable
    Long grace;

    SweepingCommand(Console console, Remotes remotes) {
        super(console, remotes);
    }

    @Override
    void check() {
        if (grace != null && (grace < 1 || grace > MAX_GRACE_SECONDS)) {
            throw new WrongUsage(Text.of("{0} goes from {1} to {2}, not {3}", "--grace", 1, MAX_GRACE_SECONDS, grace));
        }
    }

    @Override
    int run(Remote remote) {
        remote.sweeping(wanted == Switch.on, grace == null ? null : Duration.ofSeconds(grace));
        Text said = wanted == Switch.on ? Text.of("sweeping on") : Text.of("sweeping off");
        console.say(
                grace == null ? said : Text.of("{0}, grace {1}", said, Wording.duration(Duration.ofSeconds(grace))));
        return Program.DONE;
    }
}
