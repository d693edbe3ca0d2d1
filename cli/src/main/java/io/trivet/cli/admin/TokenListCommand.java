package io.trivet.cli.admin;

import io.trivet.cli.remote.ClusterCommand;
import io.trivet.cli.remote.Remotes;
import io.trivet.cli.terminal.Console;
import io.trivet.cli.text.ExitCode;
import io.trivet.cli.text.Text;
import io.trivet.client.TrivetClient;
import io.trivet.model.OpenToken;
import java.time.temporal.ChronoUnit;
import java.util.List;
import picocli.CommandLine.Command;

/** {@code trivet token list}. */
@Command(
        name = "list",
        sortOptions = false,
        header = "Lists the join tokens that are still valid, without their secrets.")
public final class TokenListCommand extends ClusterCommand {
    public TokenListCommand(Console console, Remotes remotes) {
        super(console, remotes);
    }

    @Override
    protected int run(TrivetClient client) {
        List<OpenToken> tokens = client.tokens().list();
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
        return ExitCode.DONE;
    }
}
