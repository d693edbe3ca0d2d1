package io.trivet.cli.admin;

import io.trivet.cli.terminal.Console;
import io.trivet.cli.text.ExitCode;
import io.trivet.cli.text.Text;
import io.trivet.node.NamespaceRestore;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code trivet namespace give-up-seat}. */
@Command(
        name = "give-up-seat",
        sortOptions = false,
        header = "Discards a stopped master's log: part of a restore.",
        description = {
            "",
            "For every master but the restored one, before it is started again; see docs/operate/back-up-and-restore.md. Its chunks stay. In a cluster that was not "
                    + "restored the node would never be a master again.",
            ""
        })
public final class DiscardLogCommand implements Callable<Integer> {
    private final Console console;

    @Option(
            names = "--data",
            required = true,
            paramLabel = "DIR",
            description = "The directory of the node, which must not run.")
    String data = "";

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and exit.")
    boolean help;

    public DiscardLogCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        console.say(Text.of(
                "{0} gave up its seat: its log is put aside", NamespaceRestore.giveUpSeat(console.local(data))));
        return ExitCode.DONE;
    }
}
