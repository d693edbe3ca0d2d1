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
            console.say("no token is open");
        }
        for (OpenToken token : tokens) {
            console.say(token.id() + "  good for " + Wording.count(token.uses(), "node") + " until "
                    + token.expires().truncatedTo(ChronoUnit.SECONDS));
        }
        return Program.DONE;
    }
}
