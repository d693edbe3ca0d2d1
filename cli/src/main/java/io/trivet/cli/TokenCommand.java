package io.trivet.cli;

import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code trivet token}. */
@Command(
        name = "token",
        sortOptions = false,
        header = "Prints one line that lets a new server join.",
        description = {
            "",
            "On the new server: trivet node --data DIR --listen HOST:PORT --join -, which reads the line from standard"
                    + " input.",
            "Whoever has the line can join, once; it says whom to believe, so bring it there by a way that nobody else"
                    + " sees.",
            ""
        })
final class TokenCommand extends ClusterCommand implements Parent {
    private static final int MAX_USES = 1000;
    private static final int MAX_HOURS = 24 * 30;

    @Option(names = "--hours", paramLabel = "N", description = "How long it is good for; ${DEFAULT-VALUE} without.")
    int hours = 1;

    @Option(names = "--uses", paramLabel = "N", description = "How many servers it lets in; ${DEFAULT-VALUE} without.")
    int uses = 1;

    TokenCommand(Console console, Remotes remotes) {
        super(console, remotes);
    }

    @Override
    void check() {
        if (hours < 1 || hours > MAX_HOURS) {
            throw new WrongUsage(Text.of("{0} goes from {1} to {2}, not {3}", "--hours", 1, MAX_HOURS, hours));
        }
        if (uses < 1 || uses > MAX_USES) {
            throw new WrongUsage(Text.of("{0} goes from {1} to {2}, not {3}", "--uses", 1, MAX_USES, uses));
        }
    }

    @Override
    int run(Remote remote) {
        console.say(Text.joined(remote.issueToken(Duration.ofHours(hours), uses)));
        return Program.DONE;
    }
}
