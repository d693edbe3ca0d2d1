package io.trivet.cli.files;

import io.trivet.cli.remote.ClusterCommand;
import io.trivet.cli.remote.RemoteName;
import io.trivet.cli.remote.Remotes;
import io.trivet.cli.terminal.Console;
import io.trivet.cli.text.CommandFailure;
import io.trivet.cli.text.ExitCode;
import io.trivet.cli.text.Format;
import io.trivet.cli.text.Json;
import io.trivet.cli.text.Text;
import io.trivet.client.TrivetClient;
import io.trivet.model.FileRecord;
import io.trivet.model.RemotePath;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code trivet append}. */
@Command(
        name = "append",
        sortOptions = false,
        header = "Appends a local file, or standard input, to a file of the cluster, in one step.",
        description = {
            "",
            "  append today.log /logs/all.log   makes /logs/all.log where it is missing",
            "  date | trivet append - /log      appends what the command prints",
            "",
            "Programs that append to one file at once never mix their bytes. Each append stores the last chunk of the file anew; a file that append makes has chunks of at most 4 MiB. Nothing goes into the trash.",
            ""
        })
public final class AppendCommand extends ClusterCommand {
    private static final String STANDARD_INPUT = "-";

    @Option(names = "--json", description = "As JSON: {\"path\",\"appended\",\"size\",\"id\"}; failures too.")
    boolean json;

    @Parameters(index = "0", paramLabel = "SOURCE", description = "A local file, or - for standard input.")
    String source = "";

    @Parameters(index = "1", paramLabel = "PATH", description = "The file of the cluster.")
    String target = "";

    public AppendCommand(Console console, Remotes remotes) {
        super(console, remotes);
    }

    @Override
    protected int run(TrivetClient client) throws IOException, CommandFailure {
        RemotePath path = RemoteName.path(target);
        Counted counted = new Counted(input());
        FileRecord record;
        try (counted) {
            record = client.append(path, counted);
        }
        if (json) {
            console.say(new Json()
                    .put("path", path.toString())
                    .put("appended", counted.bytes)
                    .put("size", record.size())
                    .put("id", record.id().toString()));
        } else if (verbose) {
            console.say(Text.of(
                    "appended {0} to {1}, which has {2} now",
                    Format.bytes(counted.bytes), path, Format.bytes(record.size())));
        }
        return ExitCode.DONE;
    }

    private InputStream input() throws IOException, CommandFailure {
        if (source.equals(STANDARD_INPUT)) {
            return console.input();
        }
        Path local = console.local(source);
        if (Files.isDirectory(local)) {
            throw new CommandFailure(Text.of("{0}: is a directory", source));
        }
        return Files.newInputStream(local);
    }

    /** Counts the bytes that were read. */
    private static final class Counted extends FilterInputStream {
        private long bytes;

        Counted(InputStream input) {
            super(input);
        }

        @Override
        public int read() throws IOException {
            int one = super.read();
            bytes += one < 0 ? 0 : 1;
            return one;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int some = super.read(target, offset, length);
            bytes += Math.max(0, some);
            return some;
        }
    }
}
