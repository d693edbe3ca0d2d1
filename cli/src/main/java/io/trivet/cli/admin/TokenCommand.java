package io.trivet.cli.admin;

import io.trivet.cli.remote.ClusterCommand;
import io.trivet.cli.remote.CommandGroup;
import io.trivet.cli.remote.Remotes;
import io.trivet.cli.terminal.Console;
import io.trivet.cli.text.ExitCode;
import io.trivet.cli.text.Text;
import io.trivet.cli.text.WrongUsage;
import io.trivet.client.TrivetClient;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code trivet token}. */
@Command(
        name = "token",
        sortOptions = false,
        header = "Prints a join token: one line that lets a new server join.",
        description = {
            "",
            "On the new server: trivet node --data DIR --listen HOST:PORT --join -, which reads the line from standard"
                    + " input.",
            "The line lets its holder join once, and tells the new server which authority to trust: send it over a private channel.",
            ""
        })
public final class TokenCommand extends ClusterCommand implements CommandGroup {
    private static final int MAX_USES = 1000;
    private static final int MAX_HOURS = 24 * 30;

    @Option(names = "--hours", paramLabel = "N", description = "How long it is good for; ${DEFAULT-VALUE} without.")
    int hours = 1;

    @Option(
            names = "--uses",
            paramLabel = "N",
            description = "How many servers may use it; the default is ${DEFAULT-VALUE}.")
    int uses = 1;

    public TokenCommand(Console console, Remotes remotes) {
        super(console, remotes);
    }

    @Override
    protected void check() {
        if (hours < 1 || hours > MAX_HOURS) {
            throw new WrongUsage(Text.of("{0} goes from {1} to {2}, not {3}", "--hours", 1, MAX_HOURS, hours));
        }
        if (uses < 1 || uses > MAX_USES) {
            throw new WrongUsage(Text.of("{0} goes from {1} to {2}, not {3}", "--uses", 1, MAX_USES, uses));
        }
    }

    @Override
    protected int run(TrivetClient client) {
        console.say(Text.joined(client.tokens().issue(Duration.ofHours(hours), uses)));
        if (console.out().failure().isPresent()) {
            console.complain(
                    Text.of(
                            "the token could not be shown: create another one; `trivet token list` shows this one, and `trivet token revoke` invalidates it"));
        }
        return ExitCode.DONE;
    }
}
