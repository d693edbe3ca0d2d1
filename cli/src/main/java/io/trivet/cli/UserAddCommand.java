package io.trivet.cli;

import io.trivet.wire.Secret;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code trivet user add}. */
@Command(
        name = "add",
        sortOptions = false,
        header = "Makes a user, who may do nothing until rights are granted.",
        description = {
            "",
            "Prints two lines for the user's profile: the access key, and the secret, which is shown this once. With --secret-from-input the secret is one that you have, and is not printed.",
            ""
        })
final class UserAddCommand extends ClusterCommand {
    @Parameters(paramLabel = "NAME", description = "The access key: letters, digits, dots, underscores, hyphens.")
    String name = "";

    @Mixin
    SecretOption secret = new SecretOption();

    @Option(names = "--json", description = "As JSON: {\"accessKey\",\"secret\"}; no secret with --secret-from-input.")
    boolean json;

    UserAddCommand(Console console, Remotes remotes) {
        super(console, remotes);
    }

    @Override
    int run(Remote remote) throws IOException {
        Secret made = secret.secret(console);
        remote.accounts().add(name, made);
        secret.tell(console, name, made, json);
        return Program.DONE;
    }
}
