package io.trivet.cli.admin;

import io.trivet.cli.remote.ClusterCommand;
import io.trivet.cli.remote.Remotes;
import io.trivet.cli.terminal.Console;
import io.trivet.cli.text.ExitCode;
import io.trivet.cli.text.Json;
import io.trivet.cli.text.LimitText;
import io.trivet.cli.text.Text;
import io.trivet.cli.text.WrongUsage;
import io.trivet.client.TrivetClient;
import io.trivet.model.UserLimits;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code trivet user limit}. */
@Command(
        name = "limit",
        sortOptions = false,
        header = "Limits what a user may have and ask for at once.",
        description = {
            "",
            "What is not named stays as it is. Bytes and files are those that the user saved, wherever they are now, with those in the trash; where there are more already nothing is removed. A limit for a directory is set by trivet quota.",
            ""
        })
public final class UserLimitCommand extends ClusterCommand {
    @Parameters(paramLabel = "NAME", description = "The access key.")
    String name = "";

    @Option(names = "--bytes", paramLabel = "SIZE", description = "For example 500M, 10G, 2T (powers of 1,024); none.")
    @Nullable
    String bytes;

    @Option(names = "--files", paramLabel = "N", description = "How many files; none.")
    @Nullable
    String files;

    @Option(
            names = "--sessions",
            paramLabel = "N",
            description =
                    "How many sessions at once, one for each program that writes; 1,024 unless set, again with none.")
    @Nullable
    String sessions;

    @Option(
            names = "--requests",
            paramLabel = "N",
            description = "How many requests under way at once at the leader; 256 unless set, again with none.")
    @Nullable
    String requests;

    @Option(names = "--json", description = "As JSON: {\"accessKey\"}.")
    boolean json;

    public UserLimitCommand(Console console, Remotes remotes) {
        super(console, remotes);
    }

    @Override
    protected void check() {
        if (bytes == null && files == null && sessions == null && requests == null) {
            throw new WrongUsage(Text.of("say what to limit: --bytes, --files, --sessions or --requests"));
        }
        LimitText.bytes("--bytes", bytes);
        LimitText.number("--files", files);
        atMost("--sessions", sessions, UserLimits.MAX_SESSIONS);
        atMost("--requests", requests, UserLimits.MAX_REQUESTS);
    }

    private static @Nullable Integer atMost(String option, @Nullable String text, int most) {
        Long number = LimitText.number(option, text);
        if (number != null && number != UserLimits.NO_LIMIT && (number < 1 || number > most)) {
            throw new WrongUsage(Text.of("{0} goes from {1} to {2}, not {3}", option, 1, most, number));
        }
        return number == null ? null : number.intValue();
    }

    @Override
    protected int run(TrivetClient client) {
        client.users()
                .setLimits(
                        name,
                        LimitText.bytes("--bytes", bytes),
                        LimitText.number("--files", files),
                        atMost("--sessions", sessions, UserLimits.MAX_SESSIONS),
                        atMost("--requests", requests, UserLimits.MAX_REQUESTS));
        console.say(json ? new Json().put("accessKey", name) : Text.of("the limits of {0} are set", name));
        return ExitCode.DONE;
    }
}
