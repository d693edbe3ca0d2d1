package io.trivet.cli.admin;

import io.trivet.cli.remote.ClusterCommand;
import io.trivet.cli.remote.Remotes;
import io.trivet.cli.remote.SizeOption;
import io.trivet.cli.terminal.Console;
import io.trivet.cli.text.CommandFailure;
import io.trivet.cli.text.ExitCode;
import io.trivet.cli.text.Text;
import io.trivet.client.TrivetClient;
import io.trivet.model.Quota;
import io.trivet.model.User;
import io.trivet.model.UserLimits;
import io.trivet.model.UserUse;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code trivet user show}. */
@Command(name = "show", sortOptions = false, header = "Shows what a user may do and have, and what it has.")
public final class UserShowCommand extends ClusterCommand {
    @Parameters(paramLabel = "NAME", description = "The access key.")
    String name = "";

    @Option(names = "--json", description = "As JSON, as by user list.")
    boolean json;

    @Mixin
    SizeOption sizes = new SizeOption();

    public UserShowCommand(Console console, Remotes remotes) {
        super(console, remotes);
    }

    @Override
    protected int run(TrivetClient client) throws CommandFailure {
        Map.Entry<User, UserUse> found = client.users().listWithUse().entrySet().stream()
                .filter(user -> user.getKey().name().equals(name))
                .findFirst()
                .orElseThrow(() -> new CommandFailure(Text.of("{0}: no such user", name)));
        User user = found.getKey();
        UserUse use = found.getValue();
        if (json) {
            console.say(UserListCommand.json(user, use));
            return ExitCode.DONE;
        }
        UserLimits limits = user.limits();
        console.say(UserListCommand.line(user));
        console.say(Text.of("bytes: {0} of {1}", sizes.text(use.bytes()), limit(limits.bytes(), sizes::text)));
        console.say(Text.of("files: {0} of {1}", use.files(), limit(limits.files(), Long::toString)));
        console.say(Text.of("sessions: {0} of {1}", use.sessions(), limits.mostSessions()));
        console.say(Text.of("requests at once: at most {0}", limits.mostRequests()));
        return ExitCode.DONE;
    }

    private static Object limit(long limit, java.util.function.LongFunction<String> text) {
        return limit == Quota.NO_LIMIT ? Text.of("any number") : text.apply(limit);
    }
}
