package io.trivet.cli;

import io.trivet.wire.Secret;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code trivet user rotate}. */
@Command(
        name = "rotate",
        sortOptions = false,
        header = "Gives a user another secret; the one before is worth nothing at once.",
        description = {
            "",
            "Anyone may do that for the own access key. The new secret is printed before the change is sent, so that it is not lost if the answer is: put it into the profile in place of the old one when the command has succeeded.",
            ""
        })
final class UserRotateCommand extends ClusterCommand {
    @Parameters(paramLabel = "NAME", description = "The access key.")
    String name = "";

    @Mixin
    SecretOption secret = new SecretOption();

    @Option(names = "--json", description = "As JSON: {\"accessKey\",\"secret\"}; no secret with --secret-from-input.")
    boolean json;

    UserRotateCommand(Console console, Remotes remotes) {
        super(console, remotes);
    }

    @Override
    int run(Remote remote) throws IOException {
        Secret made = secret.secret(console);
        secret.tell(console, name, made, json);
        console.out().text().flush();
        remote.accounts().rotate(name, made);
        return Program.DONE;
    }
}
