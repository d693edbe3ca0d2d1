package io.trivet.cli.files;

import io.trivet.cli.remote.Remotes;
import io.trivet.cli.terminal.Console;
import io.trivet.cli.text.CommandFailure;
import io.trivet.cli.text.ErrorMessage;
import io.trivet.cli.text.ExitCode;
import io.trivet.cli.text.Json;
import io.trivet.cli.text.Text;
import io.trivet.cli.text.Units;
import io.trivet.cli.text.WrongUsage;
import io.trivet.client.LocalHash;
import io.trivet.client.TrivetClient;
import io.trivet.model.Checksums;
import io.trivet.model.ChunkSize;
import io.trivet.model.FileRecord;
import io.trivet.model.NameEntry;
import io.trivet.model.RemotePath;
import io.trivet.model.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code trivet sum}. */
@Command(
        name = "sum",
        sortOptions = false,
        header = "Prints the checksums of files, of the cluster or of this computer.",
        description = {
            "",
            "  sum /data.csv          as the cluster keeps them; no byte is read",
            "  sum --local data.csv   computed from a local file",
            "  sum --local -          computed from standard input",
            "",
            "A line each: CRC32C, hash, size and name. Files with the same bytes and chunk size have the same of all but the name. The hash of a file of one chunk "
                    + "is its SHA-256, as sha256sum prints it; that of a longer one is made of the chunks' and called sha256-tree.",
            ""
        })
public final class SumCommand extends PathsCommand {
    private static final String STANDARD_INPUT = "-";

    @Option(
            names = {"-l", "--local"},
            description = "The names are those of local files.")
    boolean local;

    @Option(
            names = "--chunk-size",
            paramLabel = "SIZE",
            description =
                    "With --local: as if the file were saved in chunks of this size, for example 8MiB; without, in those of the cluster's.")
    @Nullable
    String chunkSize;

    @Parameters(arity = "1..*", paramLabel = "NAME", description = "The files.")
    List<String> names = new ArrayList<>();

    public SumCommand(Console console, Remotes remotes) {
        super(console, remotes);
    }

    @Override
    protected List<String> paths() {
        return names;
    }

    @Override
    protected boolean tells() {
        return true;
    }

    @Override
    protected void check() {
        if (chunkSize != null && !local) {
            throw new WrongUsage(Text.of("--chunk-size is for local files: add --local"));
        }
        chosenSize();
    }

    private @Nullable ChunkSize chosenSize() {
        if (chunkSize == null) {
            return null;
        }
        try {
            return new ChunkSize((int) Math.min(Units.bytes(chunkSize), Integer.MAX_VALUE));
        } catch (IllegalArgumentException e) {
            throw new WrongUsage(Text.of("{0}: {1}", "--chunk-size", ErrorMessage.reason(e)));
        }
    }

    /** With a chosen chunk size, local files need no cluster. */
    @Override
    public Integer call() throws IOException, CommandFailure {
        if (!local || chunkSize == null) {
            return super.call();
        }
        check();
        return sumLocally(Objects.requireNonNull(chosenSize()));
    }

    @Override
    protected int run(TrivetClient client) throws IOException {
        return local ? sumLocally(client.chunkSize()) : super.run(client);
    }

    private int sumLocally(ChunkSize size) {
        int failed = 0;
        for (String name : names) {
            failed += isSummed(name, size) ? 0 : 1;
        }
        return failed == 0 ? ExitCode.DONE : ExitCode.FAILED;
    }

    private boolean isSummed(String name, ChunkSize size) {
        try {
            LocalHash.Summed found = localSums(name, size);
            tell(said(
                    name,
                    found.size(),
                    size,
                    found.sums().crc32c(),
                    found.sums().sha256()));
            return true;
        } catch (IOException | CommandFailure e) {
            tellFailure(name, e);
            return false;
        }
    }

    private LocalHash.Summed localSums(String name, ChunkSize size) throws IOException, CommandFailure {
        if (name.equals(STANDARD_INPUT)) {
            return LocalHash.sums(console.input(), size);
        }
        if (Files.isDirectory(console.local(name))) {
            throw new CommandFailure(Text.of("{0}: is a directory", name));
        }
        return LocalHash.sums(console.local(name), size);
    }

    @Override
    protected Said each(TrivetClient client, RemotePath path) throws CommandFailure {
        NameEntry entry = client.stat(path);
        if (entry instanceof NameEntry.File file) {
            FileRecord record = file.record();
            if (!record.hasSums()) {
                throw new CommandFailure(Text.of("{0}: its checksums take the right to read", path));
            }
            return said(path.toString(), record.size(), record.chunkSize(), record.crc32c(), record.sha256());
        }
        throw new CommandFailure(
                entry instanceof NameEntry.Link
                        ? Text.of("{0}: is a symbolic link", path)
                        : Text.of("{0}: is a directory", path));
    }

    private Said said(String name, long size, ChunkSize chunks, int crc32c, @Nullable Sha256 sha256) {
        String crc = Checksums.text(crc32c);
        String hash = StatCommand.hash(chunks.chunksOf(size), sha256);
        return new Said(
                new Json()
                        .put(local ? "file" : "path", name)
                        .put("size", size)
                        .put("chunkSize", chunks.bytes())
                        .put("crc32c", crc)
                        .put("hash", hash.isEmpty() ? null : hash),
                Text.joined(crc, "  ", hash.isEmpty() ? "-" : hash, "  ", size, "  ", console.name(name)));
    }
}
