package io.trivet.cli.files;

import io.trivet.cli.remote.ClusterCommand;
import io.trivet.cli.remote.RemoteName;
import io.trivet.cli.remote.Remotes;
import io.trivet.cli.terminal.Console;
import io.trivet.cli.text.ExitCode;
import io.trivet.cli.text.Format;
import io.trivet.cli.text.Json;
import io.trivet.cli.text.Text;
import io.trivet.client.TrivetClient;
import io.trivet.model.Checksums;
import io.trivet.model.FileRecord;
import io.trivet.model.NameEntry;
import io.trivet.model.RemotePath;
import io.trivet.model.Sha256;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code trivet stat}. */
@Command(
        name = "stat",
        sortOptions = false,
        header = "Shows what the cluster keeps about a file, a symbolic link or a directory.")
public final class StatCommand extends ClusterCommand {
    @Option(
            names = "--json",
            description =
                    "As JSON: {\"path\",\"type\",\"size\",\"chunkSize\",\"chunkCount\",\"first\",\"crc32c\",\"hash\",\"modified\",\"owner\",\"mode\",\"id\",\"storedBytes\"}; of a symbolic link with \"target\".")
    boolean json;

    @Parameters(index = "0", paramLabel = "PATH", description = "The file, link or directory.")
    String path = "";

    public StatCommand(Console console, Remotes remotes) {
        super(console, remotes);
    }

    @Override
    protected int run(TrivetClient client) {
        RemotePath asked = RemoteName.path(path);
        NameEntry nameEntry = client.stat(asked);
        String target = nameEntry instanceof NameEntry.Link
                ? LinkTargets.of(client, asked).orElse(null)
                : null;
        if (json) {
            Json told = json(asked, nameEntry);
            console.say(nameEntry instanceof NameEntry.Link ? told.put("target", target) : told);
        } else {
            text(asked, nameEntry).forEach(console::say);
            if (target != null) {
                console.say(line(Text.of("leads to"), console.name(target)));
            }
        }
        return ExitCode.DONE;
    }

    public static List<Text> text(RemotePath path, NameEntry nameEntry) {
        return switch (nameEntry) {
            case NameEntry.Directory directory ->
                List.of(
                        Text.joined(path),
                        Text.joined("  ", Text.of("directory")),
                        line(Text.of("modified"), directory.modified()),
                        line(Text.of("owner"), owner(directory.owner(), directory.mode())));
            case NameEntry.Link(String _, FileRecord record, int storedBytes) ->
                List.of(
                        Text.joined(path),
                        Text.joined("  ", Text.of("symbolic link")),
                        line(Text.of("modified"), record.modified()),
                        line(Text.of("owner"), owner(record.owner(), record.mode())),
                        line(Text.plain("id"), record.id()),
                        line(Text.of("record"), Text.of("{0} in the namespace", Format.bytes(storedBytes))));
            case NameEntry.File(String _, FileRecord record, int storedBytes) ->
                List.of(
                        Text.joined(path),
                        line(Text.of("size"), size(record)),
                        line(Text.of("chunks"), chunks(record)),
                        line(Text.plain("crc32c"), crc32c(record)),
                        line(Text.plain("content"), content(record)),
                        line(Text.of("modified"), record.modified()),
                        line(Text.of("owner"), owner(record.owner(), record.mode())),
                        line(Text.plain("id"), record.id()),
                        line(Text.of("record"), Text.of("{0} in the namespace", Format.bytes(storedBytes))));
        };
    }

    private static Text line(Text what, Object value) {
        return Text.row("  %-8s  %s", what, value);
    }

    private static Object size(FileRecord record) {
        String size = Format.bytes(record.size());
        return record.size() < 1024 ? size : Text.of("{0} ({1} bytes)", size, record.size());
    }

    private static Text chunks(FileRecord record) {
        return record.chunkCount() == 0
                ? Text.of("none: the file is empty")
                : Text.of(
                        "{0} of up to {1}, the first in slot {2}",
                        record.chunkCount(), Format.bytes(record.chunkSize().bytes()), record.first());
    }

    /**
     * With at most one chunk, the content key is the file's SHA-256; with more, it is a hash of the chunks'
     * hashes and has another name.
     */
    private static Object content(FileRecord record) {
        if (!record.hasSums()) {
            return Text.of("not shown without the right to read");
        }
        String hash = hash(record);
        return hash.isEmpty() ? Text.of("no sha256: it was saved by an earlier release") : hash;
    }

    private static String hash(FileRecord record) {
        return hash(record.chunkCount(), record.sha256());
    }

    /** Empty if an earlier release saved the file. */
    static String hash(int chunkCount, @Nullable Sha256 sha256) {
        return sha256 == null ? "" : (chunkCount <= 1 ? "sha256:" : "sha256-tree:") + sha256;
    }

    private static Object crc32c(FileRecord record) {
        return record.hasSums() ? Checksums.text(record.crc32c()) : Text.of("not shown without the right to read");
    }

    private static Text owner(String owner, int mode) {
        return Text.of("{0}, mode {1}", owner.isEmpty() ? Text.of("unknown") : owner, octal(mode));
    }

    public static Json json(RemotePath path, NameEntry nameEntry) {
        return switch (nameEntry) {
            case NameEntry.Directory directory ->
                new Json()
                        .put("path", path.toString())
                        .put("type", "directory")
                        .put("modified", directory.modified().toString())
                        .put("owner", directory.owner())
                        .put("mode", octal(directory.mode()));
            case NameEntry.Link(String _, FileRecord record, int storedBytes) ->
                new Json()
                        .put("path", path.toString())
                        .put("type", "link")
                        .put("size", record.size())
                        .put("modified", record.modified().toString())
                        .put("owner", record.owner())
                        .put("mode", octal(record.mode()))
                        .put("id", record.id().toString())
                        .put("storedBytes", storedBytes);
            case NameEntry.File(String _, FileRecord record, int storedBytes) ->
                new Json()
                        .put("path", path.toString())
                        .put("type", "file")
                        .put("size", record.size())
                        .put("chunkSize", record.chunkSize().bytes())
                        .put("chunkCount", record.chunkCount())
                        .put("first", record.first().number())
                        .put("crc32c", ListCommand.crc32c(record))
                        .put("hash", record.sha256() == null ? null : hash(record))
                        .put("modified", record.modified().toString())
                        .put("owner", record.owner())
                        .put("mode", octal(record.mode()))
                        .put("id", record.id().toString())
                        .put("storedBytes", storedBytes);
        };
    }

    private static String octal(int mode) {
        return String.format("%04o", mode);
    }
}
