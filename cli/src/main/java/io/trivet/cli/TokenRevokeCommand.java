package io.trivet.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code trivet token revoke}. */
@Command(name = "revoke", sortOptions = false, header = "Makes a token worthless at once. Who joined with it stays.")
final class TokenRevokeCommand extends ClusterCommand {
    @Parameters(paramLabel = "ID", description = "As `trivet token list` shows it.")
    String id = "";

    TokenRevokeCommand(Console console, Remotes remotes) {
        super(console, remotes);
    }

    @Override
    int run(Remote remote) {
        remote.revokeToken(id);
        console.say(Text.of("revoked {0}", id));
        return Program.DONE;
    }
}
