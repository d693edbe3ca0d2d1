package io.trivet.cli.admin;

import io.trivet.cli.remote.ClusterCommand;
import io.trivet.cli.remote.Remotes;
import io.trivet.cli.remote.SecretOption;
import io.trivet.cli.terminal.Console;
import io.trivet.cli.text.CommandFailure;
import io.trivet.cli.text.ExitCode;
import io.trivet.cli.text.Json;
import io.trivet.cli.text.Text;
import io.trivet.client.Profile;
import io.trivet.client.TrivetClient;
import io.trivet.model.Address;
import io.trivet.model.ClusterView;
import io.trivet.model.Node;
import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import io.trivet.wire.credentials.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code trivet user add}. */
@Command(
        name = "add",
        sortOptions = false,
        header = "Makes a user, at first without any rights.",
        description = {
            "",
            "Prints two lines for the user's profile: the access key, and the secret, which is shown this once. With --secret-from-input the secret is one that you have, and is not printed. With --profile the whole profile is written, before the user is made, so that nothing that happens meanwhile loses the secret.",
            ""
        })
public final class UserAddCommand extends ClusterCommand {
    @Parameters(paramLabel = "NAME", description = "The access key: letters, digits, dots, underscores, hyphens.")
    String name = "";

    @Mixin
    SecretOption secret = new SecretOption();

    @Option(
            names = "--profile",
            paramLabel = "FILE",
            description =
                    "Write all that the user needs into this new file, which only you may read, and print no secret.")
    @Nullable
    String profile;

    @Option(
            names = "--json",
            description =
                    "As JSON: {\"accessKey\",\"secret\"}; no secret with --secret-from-input, and \"profile\" instead with --profile.")
    boolean json;

    public UserAddCommand(Console console, Remotes remotes) {
        super(console, remotes);
    }

    @Override
    protected void check() throws CommandFailure {
        if (profile != null && Files.exists(console.local(profile), LinkOption.NOFOLLOW_LINKS)) {
            throw new CommandFailure(Text.of("{0}: already exists: name a new file", profile));
        }
    }

    @Override
    protected int run(TrivetClient client) throws IOException {
        Secret made = secret.secret(console);
        if (profile != null) {
            addWithProfile(profile, client, made);
            return ExitCode.DONE;
        }
        client.users().add(name, made);
        secret.tell(console, name, made, json);
        if (!secret.fromInput && console.out().failure().isPresent()) {
            console.complain(Text.of(
                    "the user was created, but the secret could not be shown: `trivet user rotate {0}` makes another one",
                    name));
        }
        return ExitCode.DONE;
    }

    /**
     * Writes the file first, because a secret that only the cluster has is useless. Deletes it
     * again if the user was certainly not added.
     */
    private void addWithProfile(String file, TrivetClient client, Secret made) throws IOException {
        Path local = console.local(file);
        ClusterView view = client.cluster().status().view();
        List<Address> addresses =
                view.nodes().stream().filter(Node::isMember).map(Node::address).toList();
        new Profile(view.cluster(), addresses, client.cluster().trust())
                .as(name, made.text())
                .write(local);
        try {
            client.users().add(name, made);
        } catch (TrivetException e) {
            if (e.kind().retryable() || e.kind() == Refusal.Kind.OUTCOME_UNKNOWN) {
                console.complain(Text.of(
                        "{0} holds the secret of {1}, if the user was made: `trivet user list` shows it", file, name));
            } else {
                Files.deleteIfExists(local);
            }
            throw e;
        }
        console.say(
                json
                        ? new Json().put("accessKey", name).put("profile", file)
                        : Text.of(
                                "{0} is the profile of {1}: send it over a private channel; it belongs in the usual place or where TRIVET_CONFIG names it",
                                file, name));
    }
}
