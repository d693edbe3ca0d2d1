package io.trivet.cli.admin;

import io.trivet.cli.remote.ClusterCommand;
import io.trivet.cli.remote.CommandGroup;
import io.trivet.cli.remote.Remotes;
import io.trivet.cli.terminal.Console;
import io.trivet.cli.text.ErrorMessage;
import io.trivet.cli.text.ExitCode;
import io.trivet.cli.text.Text;
import io.trivet.cli.text.Units;
import io.trivet.cli.text.WrongUsage;
import io.trivet.client.TrivetClient;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code trivet nodes rekey}. */
@Command(
        name = "rekey",
        sortOptions = false,
        header = "Changes the keys of the cluster: its authority, and what wraps secrets.",
        description = {
            "",
            "For when somebody may have a copy of cluster-keys: a master was removed, or a disk of a master was lost. Nodes and profiles follow by themselves"
                    + " during the overlap; after it, what was made with the old keys is refused.",
            "Then copy cluster-keys to a safe place again, and make a backup. Who had a master's disk also had the secrets of users: change them as well.",
            ""
        })
public final class RekeyCommand extends ClusterCommand implements CommandGroup {
    private static final Duration SHORTEST = Duration.ofMinutes(1);
    private static final Duration LONGEST = Duration.ofDays(90);

    @Option(
            names = "--overlap",
            paramLabel = "TIME",
            description = "How long the old keys are believed, 1m to 90d; ${DEFAULT-VALUE} without.")
    String overlap = "7d";

    public RekeyCommand(Console console, Remotes remotes) {
        super(console, remotes);
    }

    @Override
    protected void check() {
        Duration wanted = overlap();
        if (wanted.compareTo(SHORTEST) < 0 || wanted.compareTo(LONGEST) > 0) {
            throw new WrongUsage(Text.of("{0} goes from {1} to {2}, not {3}", "--overlap", "1m", "90d", overlap));
        }
    }

    private Duration overlap() {
        try {
            return Units.time(overlap);
        } catch (IllegalArgumentException e) {
            throw new WrongUsage(Text.of("{0}: {1}", "--overlap", ErrorMessage.reason(e)));
        }
    }

    @Override
    protected int run(TrivetClient client) {
        client.cluster().rekey(overlap());
        console.say(Text.of(
                "the cluster has new keys; the old ones are accepted for {0}: copy cluster-keys of a master to a safe place again",
                Units.text(overlap())));
        return ExitCode.DONE;
    }
}
