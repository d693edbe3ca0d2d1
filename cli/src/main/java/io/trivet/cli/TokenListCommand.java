package io.trivet.cli;

import io.trivet.model.OpenToken;
import java.time.temporal.ChronoUnit;
import java.util.List;
import picocli.CommandLine.Command;

/** {@code trivet token list}. */
@Command(
        name = "list",
        sortOptions = false,
        header = "Lists the tokens that still let somebody in, without their secrets.")
final class TokenListCommand extends ClusterCommand {
    TokenListCommand(Console console, Remotes remotes) {
        super(console, remotes);
    }

    @Override
    int run(Remote remote) {
        List<OpenToken> tokens = remote.tokens();
        if (tokens.isEmpty()) {
            console.say(Text.of("no token is open"));
        }
        for (OpenToken token : tokens) {
            console.say(Text.of(
                    "{0}  good for {1} until {2}",
                    token.id(),
                    Text.count(token.uses(), "node"),
                    token.expires().truncatedTo(ChronoUnit.SECONDS)));
        }
        return Program.DONE;
    }
}
