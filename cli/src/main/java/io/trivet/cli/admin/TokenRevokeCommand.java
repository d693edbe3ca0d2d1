package io.trivet.cli.admin;

import io.trivet.cli.remote.ClusterCommand;
import io.trivet.cli.remote.Remotes;
import io.trivet.cli.terminal.Console;
import io.trivet.cli.text.ExitCode;
import io.trivet.cli.text.Text;
import io.trivet.client.TrivetClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code trivet token revoke}. */
@Command(name = "revoke", sortOptions = false, header = "Revokes a token at once. Nodes that joined with it stay.")
public final class TokenRevokeCommand extends ClusterCommand {
    @Parameters(paramLabel = "ID", description = "As `trivet token list` shows it.")
    String id = "";

    public TokenRevokeCommand(Console console, Remotes remotes) {
        super(console, remotes);
    }

    @Override
    protected int run(TrivetClient client) {
        client.tokens().revoke(id);
        console.say(Text.of("revoked {0}", id));
        return ExitCode.DONE;
    }
}
