package io.trivet.cli.files;

import io.trivet.cli.remote.Remotes;
import io.trivet.cli.terminal.Console;
import io.trivet.cli.text.ErrorMessage;
import io.trivet.cli.text.Format;
import io.trivet.cli.text.Json;
import io.trivet.cli.text.Text;
import io.trivet.cli.text.Units;
import io.trivet.cli.text.WrongUsage;
import io.trivet.client.FileEdit;
import io.trivet.client.TrivetClient;
import io.trivet.model.FileRecord;
import io.trivet.model.RemotePath;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code trivet truncate}. */
@Command(
        name = "truncate",
        sortOptions = false,
        header = "Cuts files to a size, or extends them with zeros, each in one step.",
        description = {
            "",
            "Only chunks whose bytes change are stored anew. Nothing goes into the trash: what is cut off is gone.",
            ""
        })
public final class TruncateCommand extends PathsCommand {
    @Option(
            names = {"-s", "--size"},
            required = true,
            paramLabel = "SIZE",
            description = "The size in bytes, or with a unit: 0, 4096, 8MiB.")
    String size = "";

    @Parameters(arity = "1..*", paramLabel = "PATH", description = "The files.")
    List<String> paths = new ArrayList<>();

    public TruncateCommand(Console console, Remotes remotes) {
        super(console, remotes);
    }

    @Override
    protected void check() {
        bytes();
    }

    private long bytes() {
        try {
            return Units.bytes(size);
        } catch (IllegalArgumentException e) {
            throw new WrongUsage(Text.of("{0}: {1}", "--size", ErrorMessage.reason(e)));
        }
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
        try (FileEdit edit = client.edit(path)) {
            long before = edit.size();
            edit.truncate(bytes());
            FileRecord record = edit.commit();
            return new Said(
                    new Json()
                            .put("path", path.toString())
                            .put("size", record.size())
                            .put("sizeBefore", before)
                            .put("id", record.id().toString()),
                    Text.of("{0}: {1}", path, Format.bytes(record.size())));
        }
    }
}
