package io.trivet.cli.admin;

import io.trivet.cli.remote.ClusterCommand;
import io.trivet.cli.remote.OnOff;
import io.trivet.cli.remote.Remotes;
import io.trivet.cli.terminal.Console;
import io.trivet.cli.text.ExitCode;
import io.trivet.cli.text.Format;
import io.trivet.cli.text.Text;
import io.trivet.cli.text.WrongUsage;
import io.trivet.client.TrivetClient;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code trivet namespace sweeping}. */
@Command(
        name = "sweeping",
        sortOptions = false,
        header = "Enables or disables garbage collection of deleted files' chunks.",
        description = {
            "",
            "Nodes delete the chunks of abandoned saves at once, and those of removed and replaced files after a grace. "
                    + "After a restore it is off: first see that every name you want is there.",
            ""
        })
public final class SweepingCommand extends ClusterCommand {
    private static final long MAX_GRACE_SECONDS = io.trivet.model.Command.MAX_GRACE_SECONDS;

    @Parameters(index = "0", paramLabel = "on|off", description = "Whether nodes delete.")
    OnOff wanted = OnOff.on;

    @Option(
            names = "--grace",
            paramLabel = "SECONDS",
            description =
                    "How long the chunks of removed files are kept for readers that still use them; 3600 by default.")
    @Nullable
    Long grace;

    public SweepingCommand(Console console, Remotes remotes) {
        super(console, remotes);
    }

    @Override
    protected void check() {
        if (grace != null && (grace < 1 || grace > MAX_GRACE_SECONDS)) {
            throw new WrongUsage(Text.of("{0} goes from {1} to {2}, not {3}", "--grace", 1, MAX_GRACE_SECONDS, grace));
        }
    }

    @Override
    protected int run(TrivetClient client) {
        client.cluster().setSweeping(wanted == OnOff.on, grace == null ? null : Duration.ofSeconds(grace));
        Text said = wanted == OnOff.on ? Text.of("sweeping on") : Text.of("sweeping off");
        console.say(grace == null ? said : Text.of("{0}, grace {1}", said, Format.duration(Duration.ofSeconds(grace))));
        return ExitCode.DONE;
    }
}
