package io.trivet.cli;

import io.trivet.model.Checksums;
import io.trivet.model.Entry;
import io.trivet.model.FileRecord;
import io.trivet.model.RemotePath;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code trivet stat}. */
@Command(name = "stat", sortOptions = false, header = "Shows what the cluster keeps about a file or a directory.")
final class StatCommand extends ClusterCommand {
    @Option(
            names = "--json",
            description =
                    "As JSON: {\"path\",\"type\",\"size\",\"chunkSize\",\"chunkCount\",\"first\",\"crc32c\",\"modified\",\"owner\",\"mode\",\"id\",\"storedBytes\"}.")
    boolean json;

    @Parameters(index = "0", paramLabel = "PATH", description = "The file or directory.")
    String path = "";

    StatCommand(Console console, Remotes remotes) {
        super(console, remotes);
    }

    @Override
    int run(Remote remote) {
        RemotePath asked = RemoteName.path(path);
        Entry entry = remote.stat(asked);
        if (json) {
            console.say(json(asked, entry));
        } else {
            text(asked, entry).forEach(console::say);
        }
        return Program.DONE;
    }

    static List<Text> text(RemotePath path, Entry entry) {
        return switch (entry) {
            case Entry.Directory directory ->
                List.of(
                        Text.joined(path),
                        Text.joined("  ", Text.of("directory")),
                        line(Text.of("modified"), directory.modified()));
            case Entry.File(String _, FileRecord record, int storedBytes) ->
                List.of(
                        Text.joined(path),
                        line(Text.of("size"), size(record)),
                        line(
                                Text.of("chunks"),
                                Text.of(
                                        "{0} of up to {1}, the first in slot {2}",
                                        record.chunkCount(),
                                        Wording.bytes(record.chunkSize().bytes()),
                                        record.first())),
                        line(Text.plain("crc32c"), Checksums.text(record.crc32c())),
                        line(Text.of("modified"), record.modified()),
                        line(Text.of("owner"), Text.of("{0}, mode {1}", owner(record), mode(record))),
                        line(Text.plain("id"), record.id()),
                        line(Text.of("record"), Text.of("{0} in the namespace", Wording.bytes(storedBytes))));
        };
    }

    private static Text line(Text what, Object value) {
        return Text.row("  %-8s  %s", what, value);
    }

    private static Object size(FileRecord record) {
        String size = Wording.bytes(record.size());
        return record.size() < 1024 ? size : Text.of("{0} ({1} bytes)", size, record.size());
    }

    private static Object owner(FileRecord record) {
        return record.owner().isEmpty() ? Text.of("nobody known") : record.owner();
    }

    static Json json(RemotePath path, Entry entry) {
        return switch (entry) {
            case Entry.Directory directory ->
                new Json()
                        .put("path", path.toString())
                        .put("type", "directory")
                        .put("modified", directory.modified().toString());
            case Entry.File(String _, FileRecord record, int storedBytes) ->
                new Json()
                        .put("path", path.toString())
                        .put("type", "file")
                        .put("size", record.size())
                        .put("chunkSize", record.chunkSize().bytes())
                        .put("chunkCount", record.chunkCount())
                        .put("first", record.first().number())
                        .put("crc32c", Checksums.text(record.crc32c()))
                        .put("modified", record.modified().toString())
                        .put("owner", record.owner())
                        .put("mode", mode(record))
                        .put("id", record.id().toString())
                        .put("storedBytes", storedBytes);
        };
    }

    private static String mode(FileRecord record) {
        return String.format("%04o", record.mode());
    }
}
