package io.trivet.cli.trash;

import io.trivet.cli.remote.ClusterCommand;
import io.trivet.cli.remote.Remotes;
import io.trivet.cli.terminal.Console;
import io.trivet.cli.text.ExitCode;
import io.trivet.cli.text.Format;
import io.trivet.cli.text.Text;
import io.trivet.cli.text.WrongUsage;
import io.trivet.client.TrivetClient;
import io.trivet.model.Command;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Parameters;

/** {@code trivet trash keep}. */
@picocli.CommandLine.Command(
        name = "keep",
        sortOptions = false,
        header = "Sets how long removed and replaced files can be restored.",
        description = {"", "It holds for what is in the trash already as well: with off, all of it is let go.", ""})
public final class TrashKeepCommand extends ClusterCommand {
    private static final Pattern WRITTEN = Pattern.compile("(\\d{1,9})([smhd])");

    @Parameters(index = "0", paramLabel = "TIME|off", description = "For example 30m, 24h, 7d; off for no trash.")
    String time = "";

    public TrashKeepCommand(Console console, Remotes remotes) {
        super(console, remotes);
    }

    @Override
    protected void check() {
        if (wanted().toSeconds() > Command.MAX_TRASH_SECONDS) {
            throw new WrongUsage(Text.of("at most a year, not {0}", time));
        }
    }

    @Override
    protected int run(TrivetClient client) {
        Duration wanted = wanted();
        client.trash().setRetention(wanted);
        console.say(
                wanted.isZero()
                        ? Text.of("trash is off: removed files cannot be restored")
                        : Text.of("what is removed can be restored for {0}", Format.duration(wanted)));
        return ExitCode.DONE;
    }

    private Duration wanted() {
        String text = time.toLowerCase(Locale.ROOT);
        if (text.equals("off")) {
            return Duration.ZERO;
        }
        Matcher matcher = WRITTEN.matcher(text);
        if (!matcher.matches()) {
            throw new WrongUsage(Text.of("{0} is not a duration: use 30m, 24h, 7d or off", time));
        }
        long count = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "s" -> Duration.ofSeconds(count);
            case "m" -> Duration.ofMinutes(count);
            case "h" -> Duration.ofHours(count);
            default -> Duration.ofDays(count);
        };
    }
}
