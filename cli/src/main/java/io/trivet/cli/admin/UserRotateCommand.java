package io.trivet.cli.admin;

import io.trivet.cli.remote.ClusterCommand;
import io.trivet.cli.remote.OwnSecret;
import io.trivet.cli.remote.Remotes;
import io.trivet.cli.remote.SecretOption;
import io.trivet.cli.terminal.Console;
import io.trivet.cli.text.ExitCode;
import io.trivet.cli.text.Json;
import io.trivet.cli.text.Text;
import io.trivet.client.TrivetClient;
import io.trivet.wire.credentials.Secret;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
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
            "Anyone may do that for the own access key: the new secret goes into the profile that the command uses, which holds both until the cluster has answered, so that nothing that happens meanwhile locks you out. Copies of that profile on other computers hold the old one. For another user's key the new secret is printed before the change is sent, so that it is not lost if the answer is.",
            ""
        })
public final class UserRotateCommand extends ClusterCommand {
    @Parameters(paramLabel = "NAME", description = "The access key.")
    String name = "";

    @Mixin
    SecretOption secret = new SecretOption();

    @Option(
            names = "--json",
            description =
                    "As JSON: {\"accessKey\",\"secret\"}; no secret with --secret-from-input, and \"profile\" instead for the own key.")
    boolean json;

    public UserRotateCommand(Console console, Remotes remotes) {
        super(console, remotes);
    }

    @Override
    protected int run(TrivetClient client) throws IOException {
        Secret made = secret.secret(console);
        OwnSecret own = remote().own();
        Optional<Path> profile = own.profileOf(name);
        if (profile.isEmpty()) {
            secret.tell(console, name, made, json);
            console.requireTold();
        }
        own.rotate(client.users(), name, made);
        profile.ifPresent(this::tell);
        return ExitCode.DONE;
    }

    private void tell(Path profile) {
        console.say(
                json
                        ? new Json().put("accessKey", name).put("profile", profile.toString())
                        : Text.of(
                                "{0} now has the new secret of {1}; copies elsewhere have the old one, which no longer works",
                                profile, name));
    }
}
