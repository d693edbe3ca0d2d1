package io.trivet.cli.s3;

import io.trivet.cli.remote.CommandGroup;
import io.trivet.cli.remote.RemoteName;
import io.trivet.cli.terminal.Console;
import io.trivet.cli.text.CommandFailure;
import io.trivet.cli.text.ErrorMessage;
import io.trivet.cli.text.ExitCode;
import io.trivet.cli.text.Text;
import io.trivet.cli.text.Units;
import io.trivet.cli.text.WrongUsage;
import io.trivet.client.Account;
import io.trivet.gateway.signature.RequestSigner;
import io.trivet.gateway.signature.UriEncoding;
import io.trivet.model.Address;
import io.trivet.model.RemotePath;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code trivet s3 url}: asks nobody. */
@Command(
        name = "url",
        sortOptions = false,
        header = "Makes a link by which anybody can load a file for a time.",
        description = {
            "",
            "The link is signed with the secret of the profile's user, and good for as long as that user may read the"
                    + " file. It ends with --for, or when the secret is changed.",
            ""
        })
public final class S3UrlCommand implements Callable<Integer> {
    private static final Duration LONGEST = Duration.ofDays(7);

    private final Console console;

    @Parameters(paramLabel = "PATH", description = "The file, as S3 has it: /BUCKET/KEY.")
    String path = "";

    @Option(
            names = "--for",
            paramLabel = "TIME",
            defaultValue = "1h",
            description = "How long it is good, like 15min or 1d, 7d at the most; ${DEFAULT-VALUE} without.")
    String validFor = "1h";

    @Option(names = "--save", description = "A link by which anybody can save the file instead, with a PUT of HTTP.")
    boolean save;

    @Option(
            names = "--endpoint",
            paramLabel = "URL",
            description = "Where S3 is served; without, where the trial of the profile serves it, otherwise "
                    + S3EnvironmentCommand.DEFAULT_ENDPOINT + ".")
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

    public S3UrlCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException, CommandFailure {
        RemotePath file = RemoteName.path(path);
        if (file.segments().size() < 2) {
            throw new WrongUsage(Text.of("{0} names no file in a bucket: it takes /BUCKET/KEY", path));
        }
        List<Address> seeds = parent == null ? null : parent.seeds();
        if (endpoint != null) {
            address(endpoint);
        }
        S3Profile profile = S3Profile.find(console, seeds == null ? List.of() : seeds);
        Account account = profile.account();
        URI at = address(profile.endpoint(endpoint));
        String encoded = UriEncoding.encodePath(file.toString());
        String query = new RequestSigner(account.accessKey(), account.secret().text(), S3EnvironmentCommand.REGION)
                .presign(save ? "PUT" : "GET", at.getRawAuthority(), encoded, List.of(), Instant.now(), time());
        console.say(Text.plain(at.getScheme() + "://" + at.getRawAuthority() + encoded + "?" + query));
        return ExitCode.DONE;
    }

    private static URI address(String said) {
        try {
            URI at = URI.create(said);
            if (at.getRawAuthority() != null
                    && List.of("http", "https").contains(at.getScheme())
                    && List.of("", "/").contains(at.getRawPath())
                    && at.getRawQuery() == null) {
                return at;
            }
        } catch (IllegalArgumentException _) {
            // as if it were of another kind
        }
        throw new WrongUsage(Text.of("{0} is not the address of a server: it is like https://host:port", said));
    }

    private Duration time() {
        try {
            Duration time = Units.time(validFor);
            if (!time.isZero() && time.compareTo(LONGEST) <= 0) {
                return time;
            }
        } catch (IllegalArgumentException e) {
            throw new WrongUsage(Text.of("{0}: {1}", "--for", ErrorMessage.reason(e)));
        }
        throw new WrongUsage(Text.of("{0}: a link is good for 7 days at the most", "--for"));
    }
}
