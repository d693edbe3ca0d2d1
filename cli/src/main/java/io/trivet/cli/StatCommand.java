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
            console.say(json(asked, entry).toString());
        } else {
            text(asked, entry).forEach(console::say);
        }
        return Program.DONE;
    }

    static List<String> text(RemotePath path, Entry entry) {
        String name = Wording.visible(path.toString());
        return switch (entry) {
            case Entry.Directory directory -> List.of(name, "  directory", "  modified  " + directory.modified());
            case Entry.File(String _, FileRecord record, int storedBytes) ->
                List.of(
                        name,
                        "  size      " + Wording.bytes(record.size())
                                + (record.size() < 1024 ? "" : " (" + record.size() + " bytes)"),
                        "  chunks    " + record.chunkCount() + " of up to "
                                + Wording.bytes(record.chunkSize().bytes()) + ", the first in slot " + record.first(),
                        "  crc32c    " + Checksums.text(record.crc32c()),
                        "  modified  " + record.modified(),
                        "  owner     " + (record.owner().isEmpty() ? "nobody known" : Wording.visible(record.owner()))
                                + ", mode " + mode(record),
                        "  id        " + record.id(),
                        "  record    " + Wording.count(storedBytes, "byte") + " in the namespace");
        };
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
