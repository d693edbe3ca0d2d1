package io.trivet.cli.admin;

import io.trivet.cli.remote.ClusterCommand;
import io.trivet.cli.remote.RemoteName;
import io.trivet.cli.remote.Remotes;
import io.trivet.cli.terminal.Console;
import io.trivet.cli.text.ExitCode;
import io.trivet.cli.text.Json;
import io.trivet.cli.text.Text;
import io.trivet.client.TrivetClient;
import io.trivet.model.Grant;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code trivet user revoke}. */
@Command(
        name = "revoke",
        sortOptions = false,
        header = "Takes away what was granted at a path.",
        description = "Chunk tokens already issued stay valid for their last minutes; everything else ends at once.")
public final class UserRevokeCommand extends ClusterCommand {
    @Parameters(index = "0", paramLabel = "NAME", description = "The access key; or @GROUP.")
    String name = "";

    @Parameters(index = "1", paramLabel = "PATH", description = "The path that was granted.")
    String path = "";

    @Option(names = "--json", description = "As JSON: {\"accessKey\",\"path\",\"rights\":[]}.")
    boolean json;

    public UserRevokeCommand(Console console, Remotes remotes) {
        super(console, remotes);
    }

    @Override
    protected int run(TrivetClient client) {
        Grant none = new Grant(RemoteName.path(path), Set.of());
        client.users().setRights(name, none);
        String at = none.path().toString();
        console.say(
                json
                        ? new Json().put("accessKey", name).put("path", at).put("rights", java.util.List.of())
                        : Text.of("nothing is granted to {0} at {1} any more", name, at));
        return ExitCode.DONE;
    }
}
