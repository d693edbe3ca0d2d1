package io.trivet.cli.s3;

import io.trivet.cli.remote.CommandGroup;
import io.trivet.cli.terminal.Console;
import io.trivet.cli.text.CommandFailure;
import io.trivet.cli.text.ExitCode;
import io.trivet.cli.text.Text;
import io.trivet.client.Account;
import io.trivet.model.Address;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code trivet s3 env}: asks nobody. */
@Command(
        name = "env",
        sortOptions = false,
        header = "Prints what clients of S3 read in their environment.",
        description = {
            "",
            "For a shell: eval \"$(trivet s3 env)\". The lines hold the secret of the profile's user.",
            ""
        })
public final class S3EnvironmentCommand implements Callable<Integer> {
    static final String DEFAULT_ENDPOINT = "http://" + S3ServeCommand.DEFAULT_LISTEN;

    /** There are none; clients want one, and this is what they take when nobody says. */
    static final String REGION = "us-east-1";

    private final Console console;

    @Option(
            names = "--endpoint",
            paramLabel = "URL",
            description = "Where S3 is served; without, where the trial of the profile serves it, otherwise "
                    + DEFAULT_ENDPOINT + ".")
    @Nullable
    String endpoint;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and exit.")
    boolean help;

    @ParentCommand
    @Nullable
    CommandGroup parent;

    public S3EnvironmentCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException, CommandFailure {
        List<Address> seeds = parent == null ? null : parent.seeds();
        S3Profile profile = S3Profile.find(console, seeds == null ? List.of() : seeds);
        Account account = profile.account();
        export("AWS_ACCESS_KEY_ID", account.accessKey());
        export("AWS_SECRET_ACCESS_KEY", account.secret().text());
        export("AWS_REGION", REGION);
        export("AWS_DEFAULT_REGION", REGION);
        export("AWS_ENDPOINT_URL", profile.endpoint(endpoint));
        return ExitCode.DONE;
    }

    private void export(String name, String value) {
        console.say(Text.plain("export " + name + "='" + value.replace("'", "'\\''") + "'"));
    }
}
