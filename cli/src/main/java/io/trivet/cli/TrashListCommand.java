package io.trivet.cli;

import io.trivet.model.Answer;
import io.trivet.model.RemotePath;
import io.trivet.model.Trashed;
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
final class TrashListCommand extends ClusterCommand {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT);

    @Option(names = "--json", description = "As JSON, a line each: {\"id\",\"path\",\"size\",\"removed\",\"until\"}.")
    boolean json;

    @Mixin
    SizeOption sizes = new SizeOption();

    @Parameters(arity = "0..*", paramLabel = "PATH", description = "Only what was there or below.")
    List<String> paths = new ArrayList<>();

    TrashListCommand(Console console, Remotes remotes) {
        super(console, remotes);
    }

    @Override
    int run(Remote remote) {
        List<RemotePath> wanted = paths.stream().map(RemoteName::path).toList();
        Answer.Trash sum = TrashCan.sum(remote);
        Duration kept = Duration.ofSeconds(sum.keepSeconds());
        TrashCan.each(remote, wanted, file -> console.say(json ? json(file, kept) : line(file)));
        if (!json) {
            console.say(summary(sum, sizes));
        }
        return Program.DONE;
    }

    /** {@code 12 files, 500 MiB in the trash, each for 24 h 0 min}. */
    static Text summary(Answer.Trash sum, SizeOption sizes) {
        if (sum.keepSeconds() == 0 && sum.allFiles() == 0) {
            return Text.of("there is no trash: what is removed is gone (`trivet trash keep 24h` makes one)");
        }
        return Text.of(
                "{0}, {1} in the trash, each for {2}",
                Text.count(sum.allFiles(), "file"),
                sizes.text(sum.allBytes()),
                Wording.duration(Duration.ofSeconds(sum.keepSeconds())));
    }

    private Text line(Trashed file) {
        return Text.row(
                "%10s  %s  %s",
                sizes.text(file.record().size()),
                TIME.format(file.since().atZone(ZoneId.systemDefault())),
                console.name(file.path().toString()));
    }

    private static Json json(Trashed file, Duration kept) {
        return new Json()
                .put("id", file.record().id().toString())
                .put("path", file.path().toString())
                .put("size", file.record().size())
                .put("removed", file.since().toString())
                .put("until", file.since().plus(kept).toString());
    }
}
