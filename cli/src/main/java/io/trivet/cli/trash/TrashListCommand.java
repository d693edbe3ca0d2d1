package io.trivet.cli.trash;

import io.trivet.cli.remote.ClusterCommand;
import io.trivet.cli.remote.RemoteName;
import io.trivet.cli.remote.Remotes;
import io.trivet.cli.remote.SizeOption;
import io.trivet.cli.terminal.Console;
import io.trivet.cli.text.CommandFailure;
import io.trivet.cli.text.ExitCode;
import io.trivet.cli.text.Format;
import io.trivet.cli.text.Json;
import io.trivet.cli.text.Text;
import io.trivet.client.TrivetClient;
import io.trivet.model.QueryResult;
import io.trivet.model.RemotePath;
import io.trivet.model.TrashedFile;
import java.time.Duration;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code trivet trash list}. */
@Command(name = "list", sortOptions = false, header = "Lists what can be restored.")
public final class TrashListCommand extends ClusterCommand {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT);

    @Option(names = "--json", description = "As JSON, a line each: {\"id\",\"path\",\"size\",\"removed\",\"until\"}.")
    boolean json;

    @Mixin
    SizeOption sizes = new SizeOption();

    @Parameters(arity = "0..*", paramLabel = "PATH", description = "Only what was there or below.")
    List<String> paths = new ArrayList<>();

    public TrashListCommand(Console console, Remotes remotes) {
        super(console, remotes);
    }

    @Override
    protected int run(TrivetClient client) throws CommandFailure {
        List<RemotePath> wanted = paths.stream().map(RemoteName::path).toList();
        TrashCan.await(client, console);
        QueryResult.Trash sum = TrashCan.sum(client);
        Duration kept = Duration.ofSeconds(sum.keepSeconds());
        TrashCan.each(client, wanted, file -> console.say(json ? json(file, kept) : line(file)));
        if (!json) {
            console.say(summary(sum, sizes));
        }
        return ExitCode.DONE;
    }

    /** {@code 12 files, 500 MiB in the trash, each for 24 h 0 min}. */
    public static Text summary(QueryResult.Trash sum, SizeOption sizes) {
        if (sum.keepSeconds() == 0 && sum.allFiles() == 0) {
            return Text.of("there is no trash: what is removed is gone (`trivet trash keep 24h` makes one)");
        }
        Text files = Text.count(sum.allFiles(), "file");
        Object bytes = sizes.text(sum.allBytes());
        Object time = Format.duration(Duration.ofSeconds(sum.keepSeconds()));
        return sum.underWay()
                ? Text.of("{0}, {1} in the trash, each for {2}; a removal is still bringing more", files, bytes, time)
                : Text.of("{0}, {1} in the trash, each for {2}", files, bytes, time);
    }

    private Text line(TrashedFile file) {
        return Text.row(
                "%10s  %s  %s",
                sizes.text(file.record().size()),
                TIME.format(file.since().atZone(ZoneId.systemDefault())),
                console.name(file.path().toString()));
    }

    /** A file as {@code --json} shows it. */
    public static Json json(TrashedFile file, Duration kept) {
        return new Json()
                .put("id", file.record().id().toString())
                .put("path", file.path().toString())
                .put("size", file.record().size())
                .put("removed", file.since().toString())
                .put("until", file.since().plus(kept).toString());
    }
}
