package io.trivet.cli.files;

import io.trivet.cli.remote.RemoteName;
import io.trivet.cli.remote.Remotes;
import io.trivet.cli.terminal.Console;
import io.trivet.cli.text.Json;
import io.trivet.cli.text.Text;
import io.trivet.cli.text.WrongUsage;
import io.trivet.client.MetadataChange;
import io.trivet.client.TrivetClient;
import io.trivet.model.Condition;
import io.trivet.model.NameEntry;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.TrivetException;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code trivet touch}. */
@Command(
        name = "touch",
        sortOptions = false,
        header = "Sets the time of modification of files and directories; makes an empty file where there is nothing.",
        description = {
            "",
            "Without -t, -d or --reference the time is now. That of a directory stays until a name in it changes.",
            ""
        })
public final class TouchCommand extends PathsCommand {
    @Option(
            names = {"-c", "--no-create"},
            description = "Make no file; one that is missing is no error.")
    boolean noCreate;

    @Option(names = "-t", paramLabel = "STAMP", description = "The time as [[CC]YY]MMDDhhmm[.ss].")
    @Nullable
    String stamp;

    @Option(
            names = {"-d", "--date"},
            paramLabel = "TIME",
            description =
                    "The time as 2026-11-30T12:00:00Z, 2026-11-30 12:00:00.5, 2026-11-30, or @SECONDS since 1970; to the nanosecond.")
    @Nullable
    String date;

    @Option(
            names = "--reference",
            paramLabel = "PATH",
            description = "The time that this file or directory of the cluster has.")
    @Nullable
    String reference;

    @Parameters(arity = "1..*", paramLabel = "PATH", description = "The files and directories.")
    List<String> paths = new ArrayList<>();

    private @Nullable Instant time;

    public TouchCommand(Console console, Remotes remotes) {
        super(console, remotes);
    }

    @Override
    protected void check() {
        if (Stream.of(stamp, date, reference).filter(Objects::nonNull).count() > 1) {
            throw new WrongUsage(Text.of("say one time: -t, -d or --reference"));
        }
        if (stamp != null) {
            time = TimeText.stamp(stamp, ZonedDateTime.now(ZoneId.systemDefault()));
        } else if (date != null) {
            time = TimeText.date(date, ZoneId.systemDefault());
        }
    }

    @Override
    protected int run(TrivetClient client) throws IOException {
        if (reference != null) {
            RemotePath path = RemoteName.path(reference);
            time = switch (client.stat(path)) {
                case NameEntry.Recorded file -> file.record().modified();
                case NameEntry.Directory directory -> directory.modified();
            };
        } else if (time == null) {
            time = Instant.now();
        }
        return super.run(client);
    }

    @Override
    protected List<String> paths() {
        return paths;
    }

    @Override
    protected boolean tells() {
        return verbose;
    }

    @Override
    protected Said each(TrivetClient client, RemotePath path) throws IOException {
        Instant wanted = Objects.requireNonNull(time);
        boolean made = false;
        try {
            client.setMetadata(path, MetadataChange.NONE.withModified(wanted));
        } catch (TrivetException e) {
            if (e.kind() != Refusal.Kind.NO_SUCH_FILE) {
                throw e;
            }
            if (noCreate) {
                return new Said(
                        new Json().put("path", path.toString()).put("skipped", "missing"),
                        Text.of("{0}: no such file or directory", path));
            }
            made = isMade(client, path, wanted);
        }
        return new Said(
                new Json()
                        .put("path", path.toString())
                        .put("modified", wanted.toString())
                        .put("made", made),
                made ? Text.of("{0}: made", path) : Text.of("{0}: time {1}", path, wanted));
    }

    /** False if another client made the file meanwhile: then it has the time, and keeps its content. */
    private static boolean isMade(TrivetClient client, RemotePath path, Instant time) throws IOException {
        try {
            client.onlyIf(Condition.absent(path)).createEmpty(path, MetadataChange.NONE.withModified(time));
            return true;
        } catch (TrivetException e) {
            if (e.kind() != Refusal.Kind.CONDITION_FAILED) {
                throw e;
            }
            client.setMetadata(path, MetadataChange.NONE.withModified(time));
            return false;
        }
    }
}
