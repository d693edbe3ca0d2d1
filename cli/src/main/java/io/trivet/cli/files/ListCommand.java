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
import io.trivet.model.FileRecord;
import io.trivet.model.NameEntry;
import io.trivet.model.RemotePath;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
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
    private static final String ROW = "%s  %-8s  %9s  %s  %8s  %s";

    @Option(
            names = {"-l", "--long"},
            description =
                    "With permissions, owner, size, time of change and checksum; of a symbolic link with its target.")
    boolean full;

    @Option(
            names = "--json",
            description =
                    "As JSON: {\"path\",\"entries\":[{\"name\",\"type\",\"size\",\"modified\",\"crc32c\",\"owner\",\"mode\"}]}; of a symbolic link with \"target\".")
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
        NameEntry itself = client.stat(asked);
        boolean directory = itself instanceof NameEntry.Directory;
        Iterable<NameEntry> entries = directory ? client.list(asked) : List.of(itself);
        RemotePath parent = directory ? asked : asked.parent();
        if (json) {
            printJson(client, asked, parent, entries);
        } else {
            printLines(client, parent, entries);
        }
        return ExitCode.DONE;
    }

    private void printLines(TrivetClient client, RemotePath parent, Iterable<NameEntry> entries) {
        int lines = 0;
        for (NameEntry nameEntry : entries) {
            Text line = full ? fullLine(nameEntry, ZoneId.systemDefault()) : name(nameEntry);
            console.say(full ? withTarget(client, parent, nameEntry, line) : line);
            if (++lines % LOOK_UP_EVERY == 0 && console.out().failure().isPresent()) {
                return;
            }
        }
    }

    /** {@code name -> target}, as far as this user may know the target. */
    private Text withTarget(TrivetClient client, RemotePath parent, NameEntry nameEntry, Text line) {
        return target(client, parent, nameEntry)
                .<Text>map(target -> Text.joined(line, " -> ", console.name(target)))
                .orElse(line);
    }

    private static Optional<String> target(TrivetClient client, RemotePath parent, NameEntry nameEntry) {
        if (!(nameEntry instanceof NameEntry.Link)) {
            return Optional.empty();
        }
        return LinkTargets.of(client, parent.resolve(nameEntry.name()));
    }

    /** Prints entries as they arrive, because a directory may be larger than memory. */
    private void printJson(TrivetClient client, RemotePath asked, RemotePath parent, Iterable<NameEntry> entries) {
        console.out().text().print("{\"path\":" + Json.text(asked.toString()) + ",\"entries\":[");
        String comma = "";
        for (NameEntry nameEntry : entries) {
            Json entry = json(nameEntry);
            target(client, parent, nameEntry).ifPresent(target -> entry.put("target", target));
            console.out().text().print(comma + entry);
            comma = ",";
        }
        console.say(Text.plain("]}"));
    }

    private Text name(NameEntry nameEntry) {
        Text name = console.name(nameEntry.name());
        return nameEntry instanceof NameEntry.Directory ? Text.joined(name, "/") : name;
    }

    /** {@code -rw-r--r--  ada        500 MiB  2026-11-22 22:24  1a2b3c4d  data.csv}. */
    Text fullLine(NameEntry nameEntry, ZoneId zone) {
        return switch (nameEntry) {
            case NameEntry.File(String _, FileRecord record, int _) ->
                row("-", record, zone, record.hasSums() ? Checksums.text(record.crc32c()) : "-", name(nameEntry));
            case NameEntry.Link(String _, FileRecord record, int _) -> row("l", record, zone, "-", name(nameEntry));
            case NameEntry.Directory directory ->
                Text.row(
                        ROW,
                        permissions("d", directory.mode()),
                        owner(directory.owner()),
                        "-",
                        time(directory.modified(), zone),
                        "-",
                        name(nameEntry));
        };
    }

    private Text row(String kind, FileRecord record, ZoneId zone, String crc32c, Text name) {
        return Text.row(
                ROW,
                permissions(kind, record.mode()),
                owner(record.owner()),
                sizes.text(record.size()),
                time(record.modified(), zone),
                crc32c,
                name);
    }

    private static String owner(String owner) {
        return owner.isEmpty() ? "-" : owner;
    }

    /** {@code drwxr-xr-x}. */
    private static String permissions(String kind, int mode) {
        StringBuilder text = new StringBuilder(kind);
        for (int bit = 8; bit >= 0; bit--) {
            text.append((mode >> bit & 1) == 0 ? '-' : "xwr".charAt(bit % 3));
        }
        return text.toString();
    }

    /** Null for who may not read the file. */
    static @Nullable String crc32c(FileRecord record) {
        return record.hasSums() ? Checksums.text(record.crc32c()) : null;
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
                        .put("crc32c", crc32c(file.record()))
                        .put("owner", file.record().owner())
                        .put("mode", octal(file.record().mode()));
            case NameEntry.Link link ->
                new Json()
                        .put("name", link.name())
                        .put("type", "link")
                        .put("size", link.record().size())
                        .put("modified", link.record().modified().toString())
                        .put("owner", link.record().owner())
                        .put("mode", octal(link.record().mode()));
            case NameEntry.Directory directory ->
                new Json()
                        .put("name", directory.name())
                        .put("type", "directory")
                        .put("modified", directory.modified().toString())
                        .put("owner", directory.owner())
                        .put("mode", octal(directory.mode()));
        };
    }

    private static String octal(int mode) {
        return String.format("%04o", mode);
    }

    private static String time(Instant moment, ZoneId zone) {
        return TIME.format(moment.atZone(zone));
    }
}
