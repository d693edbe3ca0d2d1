package io.trivet.cli.files;

import io.trivet.cli.remote.ClusterCommand;
import io.trivet.cli.remote.RemoteName;
import io.trivet.cli.remote.Remotes;
import io.trivet.cli.terminal.Console;
import io.trivet.cli.text.ExitCode;
import io.trivet.client.TrivetClient;
import io.trivet.wire.receipt.SignedReceipt;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code trivet receipt get}. */
@Command(
        name = "get",
        sortOptions = false,
        header = "Writes a receipt for a file that is in the cluster. Its holders read it back, which takes its time.")
public final class ReceiptGetCommand extends ClusterCommand {
    @Parameters(index = "0", paramLabel = "PATH", description = "The file.")
    String path = "";

    @Parameters(index = "1", paramLabel = "FILE", description = "Where to write the receipt; replaced if it is there.")
    String file = "";

    public ReceiptGetCommand(Console console, Remotes remotes) {
        super(console, remotes);
    }

    @Override
    protected int run(TrivetClient client) throws IOException {
        SignedReceipt receipt = client.replicas().receipt(RemoteName.path(path));
        Path local = console.local(file);
        ReceiptFile.write(local, receipt);
        console.say(ReceiptFile.saved(local, receipt));
        return ExitCode.DONE;
    }
}
