package io.trivet.cli;

import io.trivet.model.Checksums;
import io.trivet.model.Entry;
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
final class ListCommand extends ClusterCommand {
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

    ListCommand(Console console, Remotes remotes) {
        super(console, remotes);
    }

    @Override
    int run(Remote remote) {
        RemotePath asked = RemoteName.path(path);
        Iterable<Entry> entries = remote.stat(asked) instanceof Entry.File file ? List.of(file) : remote.list(asked);
        if (json) {
            printJson(asked, entries);
        } else {
            printLines(entries);
        }
        return Program.DONE;
    }

    private void printLines(Iterable<Entry> entries) {
        int lines = 0;
        for (Entry entry : entries) {
            console.say(full ? fullLine(entry, ZoneId.systemDefault()) : name(entry));
            if (++lines % LOOK_UP_EVERY == 0 && console.out().failure().isPresent()) {
                return;
            }
        }
    }

    /** A directory may be larger than memory: its entries leave as they come. */
    private void printJson(RemotePath asked, Iterable<Entry> entries) {
        console.out().text().print("{\"path\":" + Json.text(asked.toString()) + ",\"entries\":[");
        String comma = "";
        for (Entry entry : entries) {
            console.out().text().print(comma + json(entry));
            comma = ",";
        }
        console.say(Text.plain("]}"));
    }

    private Text name(Entry entry) {
        Text name = console.name(entry.name());
        return entry instanceof Entry.Directory ? Text.joined(name, "/") : name;
    }

    /** {@code  500 MiB  2026-11-22 22:24  1a2b3c4d  data.csv}. */
    Text fullLine(Entry entry, ZoneId zone) {
        return switch (entry) {
            case Entry.File file ->
                Text.row(
                        "%9s  %s  %s  %s",
                        sizes.text(file.record().size()),
                        time(file.record().modified(), zone),
                        Checksums.text(file.record().crc32c()),
                        name(entry));
            case Entry.Directory directory ->
                Text.row("%9s  %s  %8s  %s", "-", time(directory.modified(), zone), "-", name(entry));
        };
    }

    static Json json(Entry entry) {
        return switch (entry) {
            case Entry.File file ->
                new Json()
                        .put("name", file.name())
                        .put("type", "file")
                        .put("size", file.record().size())
                        .put("modified", file.record().modified().toString())
                        .put("crc32c", Checksums.text(file.record().crc32c()));
            case Entry.Directory directory ->
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
