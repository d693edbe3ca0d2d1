package io.trivet.cli;

import io.trivet.node.NamespaceRestore;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code trivet namespace give-up-seat}. */
@Command(
        name = "give-up-seat",
        sortOptions = false,
        header = "Puts aside a stopped master's log, for good: part of a restore.",
        description = {
            "",
            "For every master but the restored one, before it is started again; see docs/operate/back-up-and-restore.md. Its chunks stay. In a cluster that was not "
                    + "restored the node would never be a master again.",
            ""
        })
final class GiveUpSeatCommand implements Callable<Integer> {
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

    GiveUpSeatCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        console.say(Text.of(
                "{0} gave up its seat: its log is put aside", NamespaceRestore.giveUpSeat(console.local(data))));
        return Program.DONE;
    }
}
