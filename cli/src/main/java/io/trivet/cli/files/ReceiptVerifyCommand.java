package io.trivet.cli.files;

import io.trivet.cli.remote.ClusterCommand;
import io.trivet.cli.terminal.Console;
import io.trivet.cli.text.CommandFailure;
import io.trivet.cli.text.ErrorMessage;
import io.trivet.cli.text.ExitCode;
import io.trivet.cli.text.Format;
import io.trivet.cli.text.Json;
import io.trivet.cli.text.Text;
import io.trivet.cli.text.WrongUsage;
import io.trivet.client.LocalHash;
import io.trivet.client.Profile;
import io.trivet.client.Profiles;
import io.trivet.model.Sha256;
import io.trivet.wire.credentials.TrustSettings;
import io.trivet.wire.protocol.ReceiptHead;
import io.trivet.wire.receipt.SignedReceipt;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code trivet receipt verify}: works offline. */
@Command(
        name = "verify",
        sortOptions = false,
        header = "Checks a receipt, and that a local file is what it speaks of, without the cluster.",
        description = {
            "",
            "Every signature must be that of a node whose certificate the cluster's authority has signed and that was good at the time of the signature.",
            ""
        })
public final class ReceiptVerifyCommand implements Callable<Integer> {
    private final Console console;

    @Option(
            names = "--authority",
            paramLabel = "sha256:HEX",
            description =
                    "The authority to trust; otherwise that of the profile, which must be of the receipt's cluster.")
    @Nullable
    String authority;

    @Option(
            names = "--json",
            description =
                    "As JSON: {\"path\",\"cluster\",\"id\",\"size\",\"hash\",\"committed\",\"signers\",\"replicas\",\"file\"}; \"file\" says whether the local file is the same.")
    boolean json;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and exit.")
    boolean help;

    @Parameters(index = "0", paramLabel = "RECEIPT", description = "The file with the receipt.")
    String receipt = "";

    @Parameters(index = "1", arity = "0..1", paramLabel = "FILE", description = "A local file to compare.")
    @Nullable
    String file;

    public ReceiptVerifyCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException, CommandFailure {
        Path at = console.local(receipt);
        SignedReceipt read = ReceiptFile.read(at);
        try {
            read.requireSignedUnder(trusted(read.head()));
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(Text.of("{0}: is not proven: {1}", at, ErrorMessage.reason(e)));
        }
        boolean same = file == null || isSame(console.local(file), read.head());
        if (json) {
            console.say(json(read, same));
        } else {
            text(read).forEach(console::say);
        }
        if (!same) {
            throw new CommandFailure(Text.of("{0}: is not the file of this receipt", String.valueOf(file)));
        }
        if (file != null && !json) {
            console.say(Text.of("{0} is that file", file));
        }
        return ExitCode.DONE;
    }

    private TrustSettings.Authority trusted(ReceiptHead head) throws IOException, CommandFailure {
        return authority == null ? ofProfile(head) : named(authority);
    }

    private static TrustSettings.Authority named(String text) {
        try {
            if (TrustSettings.parse(text) instanceof TrustSettings.Authority known) {
                return known;
            }
        } catch (IllegalArgumentException e) {
            throw new WrongUsage(Text.of("{0}: {1}", "--authority", ErrorMessage.reason(e)));
        }
        throw new WrongUsage(Text.of("{0}: {1}", "--authority", text));
    }

    private TrustSettings.Authority ofProfile(ReceiptHead head) throws IOException, CommandFailure {
        Optional<Profile> profile = Profiles.ofProcess(console.environment())
                .find(ClusterCommand.usualSeeds(console), ClusterCommand.DEFAULT)
                .map(Profiles.Found::profile)
                .filter(found -> found.cluster().equals(head.cluster()));
        if (profile.isPresent() && profile.get().trustSettings() instanceof TrustSettings.Authority known) {
            return known;
        }
        throw new CommandFailure(Text.of(
                "no profile with a trusted authority for cluster {0}: name its authority with --authority",
                head.cluster()));
    }

    private static boolean isSame(Path local, ReceiptHead head) throws IOException {
        if (Files.size(local) != head.size()) {
            return false;
        }
        Sha256 found = LocalHash.of(local, head.chunkSize());
        return found.equals(head.sha256());
    }

    private static Text proven(SignedReceipt receipt) {
        ReceiptHead head = receipt.head();
        return head.chunks().isEmpty()
                ? Text.of(
                        "{0}: proven: in cluster {1} since {2} or before, an empty file without a chunk",
                        head.path(), head.cluster(), receipt.committed())
                : Text.of(
                        "{0}: proven: in cluster {1} since {2} or before, each chunk read back by {3}",
                        head.path(), head.cluster(), receipt.committed(), Text.count(receipt.replicas(), "node"));
    }

    private static List<Text> text(SignedReceipt receipt) {
        ReceiptHead head = receipt.head();
        return List.of(
                proven(receipt),
                Text.of("  {0}, {1}", Format.bytes(head.size()), head.hash()),
                Text.of("  signed by {0}", Text.list(receipt.signers())));
    }

    private static Json json(SignedReceipt receipt, boolean same) {
        ReceiptHead head = receipt.head();
        return new Json()
                .put("path", head.path().toString())
                .put("cluster", head.cluster().toString())
                .put("id", head.file().toString())
                .put("size", head.size())
                .put("hash", head.hash())
                .put("committed", receipt.committed().toString())
                .put("signers", receipt.signers().stream().map(Object::toString).toList())
                .put("replicas", receipt.replicas())
                .put("file", same);
    }
}
