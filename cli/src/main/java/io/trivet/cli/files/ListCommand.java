package io.trivet.cli.files;

import io.trivet.cli.remote.ClusterCommand;
import io.trivet.cli.remote.RemoteName;
import io.trivet.cli.remote.Remotes;
import io.trivet.cli.remote.SizeOption;
import io.trivet.cli.terminal.Console;
import io.trivet.cli.text.ExitCode;
import io.trivet.cli.text.Json;
import io.trivet.cli.text.Text;
import io.trivet.client.TrivetClient;
import io.trivet.model.Checksums;
import io.trivet.model.NameEntry;
import io.trivet.model.RemotePath;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code trivet ls}. */
@Command(
        name = "ls",
        sortOptions = false,
        header = "Lists a directory, or shows one file.",
        description = "Names of directories end with /.")
public final class ListCommand extends ClusterCommand {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT);
    private static final int LOOK_UP_EVERY = 1000;

    @Option(
            names = {"-l", "--long"},
            description = "With size, time of change and checksum.")
    boolean full;

    @Option(
            names = "--json",
            description = "As JSON: {\"path\",\"entries\":[{\"name\",\"type\",\"size\",\"modified\",\"crc32c\"}]}.")
    boolean json;

    @Mixin
    SizeOption sizes = new SizeOption();

    @Parameters(arity = "0..1", paramLabel = "PATH", description = "What to list; / without.")
    String path = "/";

    public ListCommand(Console console, Remotes remotes) {
        super(console, remotes);
    }

    @Override
    protected int run(TrivetClient client) {
        RemotePath asked = RemoteName.path(path);
        Iterable<NameEntry> entries =
                client.stat(asked) instanceof NameEntry.File file ? List.of(file) : client.list(asked);
        if (json) {
            printJson(asked, entries);
        } else {
            printLines(entries);
        }
        return ExitCode.DONE;
    }

    private void printLines(Iterable<NameEntry> entries) {
        int lines = 0;
        for (NameEntry nameEntry : entries) {
            console.say(full ? fullLine(nameEntry, ZoneId.systemDefault()) : name(nameEntry));
            if (++lines % LOOK_UP_EVERY == 0 && console.out().failure().isPresent()) {
                return;
            }
        }
    }

    /** Prints entries as they arrive, because a directory may be larger than memory. */
    private void printJson(RemotePath asked, Iterable<NameEntry> entries) {
        console.out().text().print("{\"path\":" + Json.text(asked.toString()) + ",\"entries\":[");
        String comma = "";
        for (NameEntry nameEntry : entries) {
            console.out().text().print(comma + json(nameEntry));
            comma = ",";
        }
        console.say(Text.plain("]}"));
    }

    private Text name(NameEntry nameEntry) {
        Text name = console.name(nameEntry.name());
        return nameEntry instanceof NameEntry.Directory ? Text.joined(name, "/") : name;
    }

    /** {@code  500 MiB  2026-11-22 22:24  1a2b3c4d  data.csv}. */
    Text fullLine(NameEntry nameEntry, ZoneId zone) {
        return switch (nameEntry) {
            case NameEntry.File file ->
                Text.row(
                        "%9s  %s  %s  %s",
                        sizes.text(file.record().size()),
                        time(file.record().modified(), zone),
                        Checksums.text(file.record().crc32c()),
                        name(nameEntry));
            case NameEntry.Directory directory ->
                Text.row("%9s  %s  %8s  %s", "-", time(directory.modified(), zone), "-", name(nameEntry));
        };
    }

    /** An entry as {@code --json} shows it. */
    public static Json json(NameEntry nameEntry) {
        return switch (nameEntry) {
            case NameEntry.File file ->
                new Json()
                        .put("name", file.name())
                        .put("type", "file")
                        .put("size", file.record().size())
                        .put("modified", file.record().modified().toString())
                        .put("crc32c", Checksums.text(file.record().crc32c()));
            case NameEntry.Directory directory ->
                new Json()
                        .put("name", directory.name())
                        .put("type", "directory")
                        .put("modified", directory.modified().toString());
        };
    }

    private static String time(Instant moment, ZoneId zone) {
        return TIME.format(moment.atZone(zone));
    }
}
